import type { Answer } from './exchange.ts'

/** Trove's sentences about something that was not found. */
const notFound = /^(?:.+ cannot be found\.|DBDatastoreVersion Not Found|Please specify datastore\. .+)$/
const alternatives = /^\.? (?:Did you mean .+\?|.+ is the name of .+\.|[A-Z][\w. ]*: .+\.|No .+ are available\.)$/

/** True if a message is one of these sentences, followed by what there is. */
export const isContinued = (sentence: string, message: string): boolean =>
  notFound.test(sentence) && message.startsWith(sentence) && alternatives.test(message.slice(sentence.length))

type ErrorBody = Readonly<Record<string, { message?: string }>>

/**
 * A kind of difference, wherever something is not found: after Trove's sentence we say what there is. Returns the answer
 * without it, if the expected answer has such a sentence.
 */
export function withoutAlternatives(answer: Answer, expected: Answer): Answer {
  const [name, error] = Object.entries((answer.body ?? {}) as ErrorBody)[0] ?? []
  const sentence = Object.values((expected.body ?? {}) as ErrorBody)[0]?.message
  if (answer.status < 400 || name === undefined || !sentence) return answer
  const isLonger = error?.message !== undefined && isContinued(sentence, error.message)
  return isLonger ? { ...answer, body: { [name]: { ...error, message: sentence } } } : answer
}
