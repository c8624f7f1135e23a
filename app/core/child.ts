/** The entry of a process of the core: one task at a time, answered by its result or by why there is none. */
import { CodicilError } from '../../spec-tools/error.ts'
import { parcelReader, sendParcel, type Piece } from './parcel.ts'
import { tasks, type TaskName } from './tasks.ts'

export interface Question {
  name: TaskName
  input: unknown
}

export type Answer =
  | { kind: 'done'; value: unknown }
  /** What was given cannot be used; the words are for whoever gave it. */
  | { kind: 'refused'; code: string; message: string }
  /** A defect of the program. */
  | { kind: 'failed'; error: string; stack: string }

const longestMessage = 64 * 1024

const received = parcelReader()

process.on('message', (piece: Piece) => {
  const whole = received(piece)
  if (whole) void reply(whole.message as Question)
})

async function reply({ name, input }: Question): Promise<void> {
  await sendParcel(
    await answer(name, input),
    (piece) => new Promise((sent) => process.send?.(piece, undefined, undefined, () => sent())),
  )
}

async function answer(name: TaskName, input: unknown): Promise<Answer> {
  try {
    return { kind: 'done', value: await (tasks[name] as (given: unknown) => unknown)(input) }
  } catch (error) {
    if (error instanceof CodicilError) {
      return { kind: 'refused', code: error.code, message: error.message.slice(0, longestMessage) }
    }
    const { name: kind, stack } = error instanceof Error ? error : new Error(String(error))
    return { kind: 'failed', error: kind, stack: (stack ?? '').slice(0, longestMessage) }
  }
}
