/**
 * What GitHub refuses for good: rulesets, push protection, an archived repository, a permission that
 * is missing. It is told from what passes by itself by what the answer says, because one status
 * stands for both.
 */
import { InvalidInput } from '../errors.ts'
import { isStatus, type ApiError } from './client.ts'

/** A write that trying again will not bring; the message has GitHub's own words. */
export class WriteRefused extends InvalidInput {
  override readonly name = 'WriteRefused'
}

/** Answers to a write that pass by themselves: somebody was faster, or a copy is not there yet. */
const passing = /fast.?forward|already exists|does not exist|no commit found/i

/**
 * The answer to a write.
 *
 * @param what What was to be written, as the subject of a sentence.
 * @throws WriteRefused
 */
export async function refusalSaid<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (isSecret(error)) {
      throw new WriteRefused(
        'secret-in-evidence',
        `${what} was refused by push protection: GitHub takes something in it for a secret.\n` +
          wordsOf(error).join('\n'),
        { cause: error },
      )
    }
    if (!isStatus(error, 403, 422) || passing.test(wordsOf(error).join(' '))) throw error
    throw new WriteRefused('github-refused', `${what} was refused.\n${wordsOf(error).join('\n')}`, {
      cause: error,
    })
  }
}

/** Whether push protection stopped a content. */
export function isSecret(error: unknown): error is ApiError {
  return isStatus(error, 409) && /secret/i.test(wordsOf(error).join(' '))
}

/** What GitHub says in an answer, line by line. */
export function wordsOf({ message, response }: ApiError): string[] {
  const body = response?.data as { message?: unknown; errors?: unknown } | undefined
  const errors = Array.isArray(body?.errors) ? body.errors : []
  const parts = [
    body?.message ?? message,
    ...errors.map((each) =>
      typeof each === 'string' ? each : (each as { message?: unknown }).message,
    ),
  ]
  return parts
    .filter((part): part is string => typeof part === 'string')
    .flatMap((part) => part.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
