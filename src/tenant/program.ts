/**
 * This folder contains trovets, the program of a tenant: it reads plans and templates, asks the API about what is in them, and
 * prints the answers. It decides nothing about flavors. `commands.ts` lists the commands; `plan/` and `template/` read files;
 * how it logs in is in `src/client/clouds/`. The process itself is set up in `src/main/trovets.ts`.
 */

import { inspect } from 'node:util'
import { Command as Commander, CommanderError, Option } from 'commander'
import { type Input, UsageError } from '../cli/command.ts'
import { exitCodes } from '../cli/exit-codes.ts'
import { type Format, formatListing } from '../cli/formats.ts'
import type { Terminal } from '../cli/program.ts'
import { refuseUnknownCommand } from '../cli/suggestions.ts'
import type { CloudOptions } from '../client/clouds/cloud.ts'
import type { DatabaseService } from '../client/clouds/log-in.ts'
import { Fault } from '../model/fault.ts'
import type { Process, TenantCommand, TenantOutput } from './command.ts'
import { cloudOptions, tenantCommands } from './commands.ts'

/** `write` waits until the text is written, so that a report of any size needs little memory. */
export type TenantTerminal = Terminal & Readonly<{ write(text: string): Promise<void> }>

/**
 * Runs one trovets command line.
 *
 * @param args without the program's name
 * @returns the exit code
 */
export async function runTenant(args: readonly string[], process: Process, terminal: TenantTerminal): Promise<number> {
  let chosen: { command: TenantCommand; input: Input } | undefined
  let debug = false
  let service: Promise<DatabaseService> | undefined
  const program = buildProgram(process.version, terminal, (command, input) => {
    chosen = { command, input }
  })
  try {
    program.parse(args, { from: 'user' })
    if (!chosen) return exitCodes.done
    const { command, input } = chosen
    const values = { ...program.opts(), ...input.options }
    debug = values.debug === true
    const options = cloudOptionsOf(values)
    const output = await command.run(
      {
        ...process,
        options,
        service: () => (service ??= openService(process, options)),
      },
      input,
    )
    await print(output, (input.options.format as string | undefined) ?? command.formats[0]!, terminal)
    return output.hasFindings ? exitCodes.findings : exitCodes.done
  } catch (error) {
    return printError(error, chosen?.command, terminal, debug)
  } finally {
    await service?.then(({ close }) => close()).catch(() => {})
  }
}

/** Loads what logs in only for the commands that do: it takes longer than most of them. */
async function openService(process: Process, options: CloudOptions): Promise<DatabaseService> {
  const [{ chooseCloud }, { openDatabaseService }] = await Promise.all([
    import('../client/clouds/cloud.ts'),
    import('../client/clouds/log-in.ts'),
  ])
  return openDatabaseService(chooseCloud(process.around, options), process)
}

function cloudOptionsOf(values: Readonly<Record<string, unknown>>) {
  const settings = cloudOptions.flatMap(([flags, key]) => {
    const value = values[new Option(flags).attributeName()]
    return typeof value === 'string' && value !== '' ? [[key, value]] : []
  })
  return {
    ...(typeof values.osCloud === 'string' ? { cloud: values.osCloud } : {}),
    settings: Object.fromEntries([...settings, ...(values.insecure === true ? [['insecure', 'true']] : [])]),
  }
}

type Choose = (command: TenantCommand, input: Input) => void

function buildProgram(version: string, terminal: TenantTerminal, choose: Choose): Commander {
  const program = new Commander('trovets')
    .description(
      'Asks the database service of a cloud which flavors it allows, before anything is created. It logs in as the openstack command does: with OS_CLOUD and clouds.yaml, or with the variables of an openrc file.',
    )
    .usage('[options] <command> …')
    .helpCommand(false)
    .helpOption('-h, --help', 'Show this help.')
    .version(version, '--version', 'Print the version of this program.')
    .enablePositionalOptions()
    .passThroughOptions()
    .configureHelp({
      subcommandTerm: command => command.name(),
      minWidthToWrap: 20,
      styleTitle: terminal.paintOut.head,
    })
    .showHelpAfterError('`trovets --help` lists the commands.')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(terminal.paintErr.error(text)),
      ...(terminal.width === undefined
        ? {}
        : { getOutHelpWidth: () => terminal.width!, getErrHelpWidth: () => terminal.width! }),
    })
    .addHelpText('after', helpAfter)
  addGlobalOptions(program, false)
  for (const command of tenantCommands) addCommand(program, command, choose)
  return program.allowExcessArguments().action(() => {
    if (program.args.length > 0)
      refuseUnknownCommand(
        program,
        tenantCommands.map(({ verb }) => verb),
      )
    program.help({ error: true })
  })
}

const helpAfter = `
Passwords and tokens are read from clouds.yaml, secure.yaml or the environment,
and never from the command line, which other users of the machine can see.
Exit codes: 0 for success; 1 if something failed; 2 for an invalid command line;
3 if \`check\` found an instance that would be refused.
\`trovets COMMAND --help\` explains a command and shows an example.`

/** Global options are accepted before and after the command. */
function addGlobalOptions(target: Commander, hidden: boolean) {
  const options = [
    new Option('--os-cloud <name>', 'Cloud of clouds.yaml (default: OS_CLOUD).'),
    ...cloudOptions.map(([flags, , says]) => new Option(flags, says)),
    new Option('--insecure', 'Do not check the certificates of servers.'),
    new Option('-d, --debug', 'Show the cause of an error.'),
  ]
  for (const option of options) target.addOption(option.hideHelp(hidden))
  for (const [flag, instead] of secretFlags)
    target.addOption(
      new Option(`${flag} <secret>`).hideHelp().argParser(() => {
        throw new UsageError(`option ${flag}: other users can see command lines. Set ${instead} instead`)
      }),
    )
}

/** Options of the openstack command that are not accepted here. */
const secretFlags = [
  ['--os-password', 'OS_PASSWORD'],
  ['--os-token', 'OS_TOKEN'],
  ['--os-application-credential-secret', 'OS_APPLICATION_CREDENTIAL_SECRET'],
] as const

function addCommand(program: Commander, command: TenantCommand, choose: Choose) {
  const sub = program.command(command.verb).summary(command.summary).description(command.summary)
  sub.helpOption('-h, --help', 'Show this help.')
  sub.showHelpAfterError(`\`trovets ${command.verb} --help\` shows the usage.`)
  for (const [name, says] of command.args) sub.argument(`<${name}>`, says)
  for (const [flags, says, repeatable] of command.options ?? []) {
    const option = new Option(flags, says)
    sub.addOption(repeatable ? option.argParser((value, values: readonly string[] = []) => [...values, value]) : option)
  }
  const [fallback] = command.formats
  sub.addOption(new Option('-f, --format <format>', `Output format (default: ${fallback}).`).choices(command.formats))
  addGlobalOptions(sub, true)
  const [line, does] = command.example
  sub.addHelpText('after', `\nExample:\n  ${line}\n      ${does}\n\nOptions that choose a cloud: \`trovets --help\`.`)
  sub.action((...all: unknown[]) => {
    const values = all.slice(0, command.args.length) as (string | string[])[]
    const args = Object.fromEntries(
      command.args.flatMap(([name], index) => (typeof values[index] === 'string' ? [[name, values[index]]] : [])),
    )
    choose(command, { args, several: values.find(value => Array.isArray(value)) ?? [], options: sub.opts() })
  })
}

async function print(output: TenantOutput, format: string, terminal: TenantTerminal): Promise<void> {
  if ('pieces' in output) {
    for await (const piece of output.pieces) await terminal.write(piece)
    return
  }
  const text = await formatListing(output, format as Format, terminal.paintOut)
  if (text !== '') terminal.out(`${text}\n`)
  if (format === 'table') for (const line of output.lines ?? []) terminal.out(`${line}\n`)
}

function printError(error: unknown, command: TenantCommand | undefined, terminal: Terminal, debug: boolean): number {
  const { paintErr } = terminal
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (error instanceof UsageError) {
    terminal.err(`${paintErr.error(`error: ${error.message}.`)}\n`)
    if (command) terminal.err(`${paintErr.hint(`\`trovets ${command.verb} --help\` shows the usage.`)}\n`)
    return exitCodes.usage
  }
  if (!(error instanceof Fault)) throw error
  terminal.err(`${paintErr.error(error.message)}\n`)
  if (debug && error.cause !== undefined) terminal.err(`${inspect(error.cause)}\n`)
  return exitCodes.refused
}
