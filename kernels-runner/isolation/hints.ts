/** What the sandbox has to do with the failure of a diagnostic, in words that help. */

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /read-only file ?system/i,
    'The checkout and the toolchains are read-only here. Write what is built to $CODICIL_BUILD (for example `cmake -B "$CODICIL_BUILD"`, `nvcc k.cu -o "$CODICIL_BUILD/k"`), what is passing to $TMPDIR, and what is to be kept to $CODICIL_OUT.',
  ],
  [
    /failed to write .*Cargo\.lock/,
    'Cargo wants to change Cargo.lock, and the checkout is read-only. Commit the file, or build a copy: `cp -r . "$CODICIL_BUILD/source" && cd "$CODICIL_BUILD/source"`.',
  ],
  [
    /could not resolve host|--offline|name resolution|network is unreachable/i,
    'A diagnostic has no network. Vendor what it depends on, or fetch it in `setup`. Both get the network of the machine if the settings say `network: true` there.',
  ],
  [
    /LeakSanitizer has encountered a fatal error/,
    'A diagnostic may trace no process that runs already, and the leak sanitizer does. Set ASAN_OPTIONS=detect_leaks=0; the other checks go on.',
  ],
]

/** @param printed Error output of a diagnostic that failed. */
export function hintsFor(printed: string): string[] {
  return hints.filter(([pattern]) => pattern.test(printed)).map(([, hint]) => hint)
}
