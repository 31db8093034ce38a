/**
 * This folder contains trove-manage. `commands.ts` lists the commands; each one calls an operation and returns a table or
 * lines, which this file prints. Rules and refusals are not here, but in `src/rules/` and `src/operations/`. The process
 * itself (streams, configuration, database) is set up in `src/main/trove-manage.ts`.
 */

import { inspect } from 'node:util'
import { Command as Commander, CommanderError, Help, InvalidArgumentError, Option } from 'commander'
import type { ConfigSource } from '../config/config.ts'
import type { ConfigPlace } from '../config/config-files.ts'
import { Fault } from '../model/fault.ts'
import { Refused } from '../model/refused.ts'
import { type Command, type Context, type Input, type Output, UsageError } from './command.ts'
import { commandGroups, commands } from './commands.ts'
import { exitCodes } from './exit-codes.ts'
import { type Format, formatListing, formatsOf } from './formats.ts'
import { notSupported } from './not-supported.ts'
import { flagsWithoutEffect, logFlags, withoutEffect } from './oslo-flags.ts'
import type { Paint } from './paint.ts'
import { refuseUnknownCommand, withLongerOption } from './suggestions.ts'
import { sourceWords, withSource } from './typed-command.ts'

export type Terminal = Readonly<{
  out(text: string): void
  err(text: string): void
  /** The column at which help is wrapped. */
  width: number | undefined
  paintOut: Paint
  paintErr: Paint
}>

/** Global options that scripts may pass to Trove's command. They have no effect here. */
const ignoredFlags = [...flagsWithoutEffect, ...logFlags]

/**
 * Runs one trove-manage command line.
 *
 * @param args without the program's name
 * @param open creates the command's context; called only when a command runs
 * @returns the exit code
 */
export async function runManage(
  args: readonly string[],
  version: string,
  open: (source: ConfigSource & { debug: boolean }) => Promise<Context>,
  terminal: Terminal,
): Promise<number> {
  let chosen: { command: Command; input: Input } | undefined
  let debug = false
  const source = sourceOptions()
  const asTyped = (text: string) => withSource(text, sourceWords(source.value()))
  const program = buildProgram(version, terminal, source, (command, input) => {
    chosen = { command, input }
  })
  try {
    program.parse(args, { from: 'user' })
    if (!chosen) return exitCodes.done
    const { command, input } = chosen
    if (command.verb === 'help') {
      const topic = input.args.command
      return await runManage([...(topic === undefined ? [] : [topic]), '--help'], version, open, terminal)
    }
    const allOptions = { ...program.opts(), ...input.options }
    debug = allOptions.debug === true
    for (const flag of ignoredFlags) {
      const name = new Option(flag).attributeName()
      if (allOptions[name] !== undefined) terminal.err(`${withoutEffect(flag)}\n`)
    }
    const output = await command.run(await open({ ...source.value(), debug }), input)
    await print(output, input, terminal, asTyped)
    return exitCodeOf(output, terminal, asTyped)
  } catch (error) {
    return printError(error, chosen?.command, { terminal, asTyped, debug })
  }
}

const verbs: ReadonlySet<string> = new Set(commands.map(({ verb }) => verb))

/** The beginning of a summary, which fits on a line of the list of commands. */
const briefSummary = (summary: string) => `${summary.split(/[.:;] /, 1)[0]!.replace(/\.$/, '')}.`

function buildProgram(
  version: string,
  terminal: Terminal,
  source: SourceOptions,
  choose: (command: Command, input: Input) => void,
): Commander {
  const program = new Commander('trove-manage')
    .description(
      'Manages Trove: its database, its datastores, what each datastore version allows, and the users of the embedded identity service.',
    )
    .usage('[options] <command> …')
    .helpCommand(false)
    // As options of the library, these two would end the program before an unknown command is noticed.
    .helpOption(false)
    .option('--version', 'Print the version of this program.')
    .enablePositionalOptions()
    // Whatever follows an unknown command belongs to that command.
    .passThroughOptions()
    // Beside the longest verb, an option has less room than the library's minimum for wrapping.
    .configureHelp({
      subcommandTerm: command => command.name(),
      subcommandDescription: command => briefSummary(command.summary()),
      formatItem: (term, width, text, help) =>
        verbs.has(term)
          ? `  ${term.padEnd(width)}  ${text}`
          : Help.prototype.formatItem.call(help, term, width, text, help),
      minWidthToWrap: 20,
      styleTitle: terminal.paintOut.head,
    })
    .showHelpAfterError('`trove-manage --help` lists the commands.')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(terminal.paintErr.error(text)),
      ...(terminal.width === undefined
        ? {}
        : { getOutHelpWidth: () => terminal.width!, getErrHelpWidth: () => terminal.width! }),
    })
    .addHelpText(
      'after',
      '\nWithout --config-file, commands work on the data folder ./trove-data, which `npm start` creates.' +
        '\n`trove-manage COMMAND --help` explains a command and shows an example.',
    )
  addGlobalOptions(program, source, false)
  program.option('-h, --help', 'Show this help.')
  const rows = new Map<Commander, Command>()
  for (const { title, commands } of commandGroups)
    for (const row of commands) rows.set(program.command(row.verb).summary(row.summary).helpGroup(`${title}:`), row)
  return program
    .allowExcessArguments()
    .hook('preSubcommand', (_, command) => {
      // The arguments and options of all commands together would take longer than running one.
      completeCommand(command, source, rows.get(command)!, terminal.paintErr, choose)
      if (program.opts().version) refuseVersionBefore(program)
      if (program.opts().help) command.help()
    })
    .action(() => runWithoutCommand(program, version, terminal))
}

/** Runs a command line that has no command, or one that does not exist. */
function runWithoutCommand(program: Commander, version: string, terminal: Terminal) {
  const options = program.opts()
  const [verb] = program.args
  if (verb === undefined) {
    if (options.version) terminal.out(`${version}\n`)
    else program.help({ error: !options.help })
    return
  }
  if (options.version) refuseVersionBefore(program)
  const instead = Object.hasOwn(notSupported, verb) ? notSupported[verb] : undefined
  if (instead !== undefined) program.error(`trove-manage ${verb} is not supported by trove-ts: ${instead}.`)
  refuseUnknownCommand(program, [...verbs])
}

/** A script that puts the version of a datastore before the command must not succeed without doing anything. */
const refuseVersionBefore = (program: Commander): never =>
  program.error(
    "error: option '--version' before the command prints the version of trove-manage; put the number of a datastore version after the command",
  )

type SourceOptions = Readonly<{ options(): readonly Option[]; value(): ConfigSource }>

/** The options that select an installation. They may stand before and after the command; their order is kept. */
function sourceOptions(): SourceOptions {
  const places: ConfigPlace[] = []
  let dataDir: string | undefined
  return {
    value: () => ({ places, dataDir }),
    options: () => [
      new Option(
        '--config-file <path>',
        'Path of trove.conf. Can be repeated. Default: the environment variable TROVE_CONFIG_FILE.',
      ).argParser(file => {
        places.push({ file })
      }),
      new Option(
        '--config-dir <dir>',
        'Folder whose *.conf files are read, sorted by name. Can be repeated.',
      ).argParser(folder => {
        places.push({ folder })
      }),
      new Option('--data-dir <dir>', 'Data folder (default: ./trove-data).').argParser(folder => {
        // Two folders would be two installations, and an empty name would be the current folder.
        if (folder === '') throw new InvalidArgumentError('It must not be empty.')
        if (dataDir !== undefined && dataDir !== folder)
          throw new InvalidArgumentError('It can be specified only once.')
        dataDir = folder
      }),
    ],
  }
}

/** Global options are accepted before the command, as in oslo.config, and after it. */
function addGlobalOptions(target: Commander, source: SourceOptions, hidden: boolean) {
  const options = [...source.options(), new Option('-d, --debug', 'Show the cause of an error.')]
  for (const option of options) target.addOption(option.hideHelp(hidden))
  for (const flag of ignoredFlags) target.addOption(new Option(flag).hideHelp())
}

function completeCommand(
  sub: Commander,
  source: SourceOptions,
  command: Command,
  paintErr: Paint,
  choose: (command: Command, input: Input) => void,
) {
  const names = (command.args ?? []).map(([name]) => name.replace(/[[\]]|\.{3}/g, ''))
  sub.description(command.summary).helpOption('-h, --help', 'Show this help.')
  sub.showHelpAfterError(`\`trove-manage ${command.verb} --help\` shows the usage.`)
  sub.configureOutput({ outputError: (text, write) => write(paintErr.error(withLongerOption(text, sub))) })
  for (const [name, says] of command.args ?? []) sub.argument(name.startsWith('[') ? name : `<${name}>`, says)
  for (const [flags, says, repeatable] of command.options ?? []) {
    const option = new Option(flags, says)
    sub.addOption(repeatable ? option.argParser((value, values: readonly string[] = []) => [...values, value]) : option)
  }
  if (command.lists) {
    const says =
      command.verb === 'datastore_version_volume_type_list' ? 'Output format.' : 'Output format (default: table).'
    sub.addOption(new Option('-f, --format <format>', says).choices(formatsOf(command)))
  }
  addGlobalOptions(sub, source, true)
  const [line, does] = command.example
  sub.addHelpText('after', `\nExample:\n  ${line}\n      ${does}`)
  sub.action((...all: unknown[]) => {
    const values = all.slice(0, names.length) as (string | string[] | undefined)[]
    const args = Object.fromEntries(
      names.flatMap((name, index) => (typeof values[index] === 'string' ? [[name, values[index]]] : [])),
    )
    choose(command, { args, several: values.find(value => Array.isArray(value)) ?? [], options: sub.opts() })
  })
}

function exitCodeOf(output: Output, terminal: Terminal, asTyped: Typed): number {
  if ('refused' in output && output.refused !== undefined) {
    terminal.err(`${terminal.paintErr.error(asTyped(output.refused))}\n`)
    return exitCodes.refused
  }
  const hasFindings = 'pieces' in output ? output.foundAny() : 'hasFindings' in output && output.hasFindings
  return hasFindings ? exitCodes.findings : exitCodes.done
}

/** Makes the commands in a text work as they stand, for the installation of this command line. */
type Typed = (text: string) => string

async function print(output: Output, { options }: Input, terminal: Terminal, asTyped: Typed) {
  const printLine = (line: string) => terminal.out(`${asTyped(line)}\n`)
  if ('pieces' in output) {
    for await (const piece of output.pieces) terminal.out(piece)
    return
  }
  if (!('columns' in output)) {
    const lines = 'lines' in output ? output.lines : output
    lines.forEach(printLine)
    return
  }
  const format = (options.format as Format | undefined) ?? 'table'
  const rows = output.rows.map(row => row.map(cell => (typeof cell === 'string' ? asTyped(cell) : cell)))
  const text = await formatListing({ ...output, rows }, format, terminal.paintOut)
  if (format === 'table') output.above?.forEach(printLine)
  if (text !== '') terminal.out(`${text}\n`)
  if (format === 'table') output.lines?.forEach(printLine)
}

function printError(
  error: unknown,
  command: Command | undefined,
  { terminal, asTyped, debug }: { terminal: Terminal; asTyped: Typed; debug: boolean },
): number {
  const { paintErr } = terminal
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (error instanceof UsageError) {
    terminal.err(`${paintErr.error(asTyped(`error: ${error.message}.`))}\n`)
    if (command) terminal.err(`${paintErr.hint(`\`trove-manage ${command.verb} --help\` shows the usage.`)}\n`)
    return exitCodes.usage
  }
  if (error instanceof Refused) {
    terminal.err(`${paintErr.error(asTyped(error.message))}\n`)
    if (error.hint) terminal.err(`${paintErr.hint(asTyped(error.hint))}\n`)
    return exitCodes.refused
  }
  if (error instanceof Fault) {
    terminal.err(`${paintErr.error(asTyped(error.message))}\n`)
    if (debug && error.cause !== undefined) terminal.err(`${inspect(error.cause)}\n`)
    return exitCodes.refused
  }
  throw error
}
