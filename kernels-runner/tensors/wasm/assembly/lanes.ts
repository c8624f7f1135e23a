/** Elements of a tile, f32 or f64 alike, and what is made of the lanes of a vector. */

/** Two elements as f64, wherever a tile is f32 or f64. */
export function pair<T>(p: usize, i: i32): v128 {
  if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.load64_zero(p + ((<usize>i) << 2)))
  return v128.load(p + ((<usize>i) << 3))
}

export function one<T>(p: usize, i: i32): f64 {
  if (sizeof<T>() == 4) return <f64>load<f32>(p + ((<usize>i) << 2))
  return load<f64>(p + ((<usize>i) << 3))
}

export function both(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)
}

/** Lanes that are equal count down in integers: true is -1. */
export function countEqual<T>(counts: v128, x: v128, y: v128): v128 {
  if (sizeof<T>() == 4) return v128.sub<i32>(counts, v128.eq<T>(x, y))
  return v128.sub<i64>(counts, v128.eq<T>(x, y))
}

export function counted<T>(v: v128): f64 {
  if (sizeof<T>() == 4) {
    return <f64>(
      (i32x4.extract_lane(v, 0) +
        i32x4.extract_lane(v, 1) +
        i32x4.extract_lane(v, 2) +
        i32x4.extract_lane(v, 3))
    )
  }
  return <f64>(i64x2.extract_lane(v, 0) + i64x2.extract_lane(v, 1))
}

/**
 * What of each lane is closer to zero, to be asked by `holdsZero` only: of f32 the bits are doubled,
 * which drops the sign, because integers are compared where other additions leave room.
 */
export function closer<T>(least: v128, x: v128): v128 {
  if (sizeof<T>() == 4) return i32x4.min_u(least, i32x4.add(x, x))
  return f64x2.pmin(least, f64x2.abs(x))
}

export function holdsZero<T>(least: v128): bool {
  return v128.any_true(v128.eq<T>(least, v128.splat<T>(<T>0)))
}

export function smallest<T>(v: v128): f64 {
  if (sizeof<T>() == 4) {
    return <f64>(
      min(
        min(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
        min(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
      )
    )
  }
  return min(f64x2.extract_lane(v, 0), f64x2.extract_lane(v, 1))
}

export function largest<T>(v: v128): f64 {
  if (sizeof<T>() == 4) {
    return <f64>(
      max(
        max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
        max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
      )
    )
  }
  return max(f64x2.extract_lane(v, 0), f64x2.extract_lane(v, 1))
}
