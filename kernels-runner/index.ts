// The entry of the Action: says that it is there, then loads what does the work.
process.stdout.write('Codicil: probing the GPU, then running the diagnostics.\n')
const { act } = await import('./action.ts')
await act()
