// The entry of the Action: says that it is there, then loads what its mode asks for, and no more.
import { refusalOfServer } from './server.ts'

const refusal = refusalOfServer(process.env)
if (refusal !== null) {
  process.stdout.write(`::error::${refusal}\n`)
  process.exitCode = 1
} else if (process.env['INPUT_MODE']?.trim() === 'amend') {
  process.stdout.write('Codicil: bringing the specification up to what the evidence shows.\n')
  const { amend } = await import('./amend.ts')
  await amend(process.env)
} else {
  process.stdout.write('Codicil: probing the GPU, then running the diagnostics.\n')
  const { act } = await import('../kernels-runner/action.ts')
  await act()
}
// Once all is printed: putting away what was loaded takes longer than to leave it.
process.stdout.write('', () => process.exit())
