// The entry of the Action: says that it is there, then loads what does the work.
process.stdout.write('Codicil: probing the GPU, then running the diagnostics.\n')
const { act } = await import('./action.ts')
await act()
// Once all is printed: putting away what was loaded takes longer than to leave it.
process.stdout.write('', () => process.exit())
