import type { Command } from 'commander'

/** More commands than this would hide the one that is meant. */
const suggestionsMax = 6

/**
 * Suggests the commands whose names contain the unknown one, as `datastore_version_flavor_add` contains `flavor_add`.
 * Without any, the library suggests a similar one; by itself it does so only for programs without an action.
 */
export function refuseUnknownCommand(program: Command, verbs: readonly string[]): never {
  const [unknown] = program.args as [string]
  const longer = unknown.length < 3 ? [] : verbs.filter(verb => verb.includes(unknown))
  if (longer.length > 0 && longer.length <= suggestionsMax)
    program.error(`error: unknown command '${unknown}'${didYouMean(longer)}`)
  return (program as unknown as { unknownCommand(): never }).unknownCommand()
}

/** Completes the error for an unknown option that begins like a known one, as `--password` like `--password-stdin`. */
export function withLongerOption(text: string, { options }: Command): string {
  const [line, flag] = /^error: unknown option '(--[a-z]{3,})'$/m.exec(text) ?? []
  const longer = options.flatMap(({ long }) => (flag !== undefined && long?.startsWith(`${flag}-`) ? [long] : []))
  return longer.length === 0 || text.includes('Did you mean') ? text : text.replace(line!, line + didYouMean(longer))
}

/** Like the suggestions of the library. */
const didYouMean = (names: readonly string[]) =>
  `\n(Did you mean ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}?)`
