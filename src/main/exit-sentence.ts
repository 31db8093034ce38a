import { ConfigError } from '../config/config-error.ts'
import { Fault } from '../model/fault.ts'
import { withManageCommand } from './manage-command.ts'

/** The message with which a program ends after an error: a sentence, never a stack trace. */
export function exitSentence(error: unknown): string {
  if (error instanceof ConfigError) return `The configuration cannot be used: ${error.message}.`
  if (error instanceof Fault) return withManageCommand(error.message)
  if (error instanceof Error) return `${error.message}. (--debug shows the cause.)`
  return String(error)
}
