/** Which GPUs logs name, for figures that were not measured on a GPU of this machine. */
import type { Bundle } from '../bundle/index.ts'

const NAME =
  /\b(?:NVIDIA (?:GeForce |Tesla |Quadro |TITAN |RTX )*(?:RTX |GTX )?[A-Z]{0,3}\d{2,4}[A-Za-z]{0,6}(?: (?:Ti|SUPER|NVL|PCIe|SXM\d?|Ada|Generation|Laptop|GPU|MIG|\d+GB|HBM\d\w?)(?![\w-]))*|Tesla [A-Z]\d{1,3}|AMD Instinct MI\d+[A-Z]*|AMD Radeon [\w ]{2,20}\d{3,4}\w*)/g

/** Characters of a log in which a program says what it runs on. */
const HEAD = 65_536
/** `NVIDIA L40S and NVIDIA H100 80GB HBM3`; null where the logs name none. */
export function namedGpus({ evidence, files }: Bundle): string | null {
  const names = evidence.diagnostics.flatMap(({ stdout, stderr }) =>
    [stdout, stderr].flatMap(({ file }) => {
      const text = new TextDecoder().decode(files.get(file)?.subarray(0, HEAD))
      return text.match(NAME) ?? []
    }),
  )
  const [first, ...others] = new Set(names.map((name) => name.trim()))
  if (first === undefined) return null
  const last = others.at(-1)
  return others.length < 2
    ? [first, ...others].join(' and ')
    : `${first}, ${others.length - 1} more and ${last}`
}
