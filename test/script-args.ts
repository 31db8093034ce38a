import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

type Line<Options extends ParseArgsOptionsConfig> = Readonly<{
  /** How the script is called: `npm run fuzz`. */
  script: string
  help: string
  options?: Options
  /** Options whose values must be numbers. */
  numbers?: readonly (keyof Options & string)[]
  /** True if it takes files or folders. */
  takesPaths?: boolean
}>

/**
 * Reads the command line of a script. Prints the help and exits with 0 if that is requested. Prints a sentence and exits with
 * 2 if the command line is invalid.
 */
export function readScriptArgs<const Options extends ParseArgsOptionsConfig = Record<never, never>>(
  line: Line<Options>,
  args: readonly string[] = process.argv.slice(2),
) {
  const help = { help: { type: 'boolean', short: 'h' } } as const
  const config = {
    args: [...args],
    options: { ...(line.options ?? ({} as Options)), ...help },
    allowPositionals: line.takesPaths === true,
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(line.help)
    process.exit(0)
  }
  const read = () => {
    try {
      return parseArgs(config)
    } catch (error) {
      return refuseArgs(line.script, sentenceOf(error))
    }
  }
  const { values, positionals } = read()
  for (const name of line.numbers ?? []) {
    const value = (values as Record<string, unknown>)[name]
    if (value !== undefined && (value === '' || !Number.isFinite(Number(value))))
      refuseArgs(line.script, `Invalid --${name} '${value}': a number is required.`)
  }
  return { values, paths: positionals }
}

export function refuseArgs(script: string, sentence: string): never {
  console.error(`${sentence}\n\`${script} -- --help\` shows how.`)
  process.exit(2)
}

/** Node's message has hints for programmers after its first sentence. */
const sentenceOf = (error: unknown) => `${(error as Error).message.split(/\. |\n/, 1)[0]!.replace(/\.$/, '')}.`
