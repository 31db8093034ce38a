import { relative, resolve } from 'node:path'
import type { Paint } from '../cli/paint.ts'
import { sourceWords } from '../cli/typed-command.ts'
import type { Config } from '../config/config.ts'
import { shellWord } from '../model/shell-word.ts'
import { gateWords } from './gate-place.ts'
import { manageCommand, onPath, tenantCommand } from './manage-command.ts'
import type { SeededVersion } from './seed-catalogue.ts'

/** The text that a start prints: where the data is, and commands to try next, which work as printed. */
export function welcome(
  paint: Paint,
  start: {
    config: Config
    url: string
    cloudsFile: string | undefined
    /** The database without its password, as `Database` shows it. */
    database: string
    /** The folder of the instances. */
    instancesDir: string
    /** The versions that this start created; undefined when there were datastores before. */
    seeded: readonly SeededVersion[] | undefined
  },
): string {
  const { config, url, cloudsFile, seeded } = start
  const gate = gateWords(config)
  const lines = [
    `${paint.head(`trove-ts is ready at ${url}`)}  ${paint.hint('(Ctrl-C stops it)')}`,
    ...(config.console ? [consoleWords(url, gate === undefined ? cloudsFile : undefined)] : []),
    ...(gate === undefined ? [] : [gate]),
    storageWords(start),
    ...(seeded?.length === 0 ? ['No database engine was found on this machine, so there are no datastores yet.'] : []),
    '',
    `In another terminal, from this folder${environmentWords(config)}:`,
    ...manageLines(config, seeded ?? []),
    // Trove answers at a gate, and may not accept the users of the file.
    ...(cloudsFile && gate === undefined ? clientLines(cloudsFile, seeded ?? []) : []),
  ]
  return `${lines.join('\n')}\n\n`
}

const consoleWords = (url: string, cloudsFile: string | undefined) =>
  `The console: ${url}/console/${cloudsFile === undefined ? '' : ` (users and passwords: ${cloudsFile})`}`

function manageLines(config: Config, seeded: readonly SeededVersion[]): string[] {
  // TROVE_CONFIG_FILE counts only without --data-dir.
  const isAlone = config.places.length === 0 && process.env.TROVE_CONFIG_FILE
  const isDefaultFolder = relative(process.cwd(), config.dataDir) === 'trove-data' && !isAlone
  const source = { places: config.places, dataDir: isDefaultFolder ? undefined : config.dataDir }
  const manage = `${manageCommand()}${sourceWords(source)}`
  return [
    `  ${manage} datastore_version_list`,
    ...seeded
      .slice(0, 1)
      .flatMap(({ datastore, version }) => [
        `  ${manage} datastore_version_flavor_list ${datastore} ${version}`,
        `  ${manage} datastore_version_flavor_explain ${datastore} ${version}`,
      ]),
    `  ${manage} --help`,
  ]
}

function clientLines(cloudsFile: string, seeded: readonly SeededVersion[]): string[] {
  if (!onPath('openstack'))
    return [
      '',
      'To use the `openstack` command (Debian: python3-openstackclient and python3-troveclient), set OS_CLIENT_CONFIG_FILE to',
      `${cloudsFile}, which has the users and passwords, and add --os-cloud trove-demo.`,
      ...(seeded.length === 0
        ? []
        : [
            '',
            'The tenant’s program shows which flavors a version allows, and checks Terraform plans and Heat templates:',
            `  export OS_CLIENT_CONFIG_FILE=${shellWord(cloudsFile)}`,
            ...tenantLines(seeded),
          ]),
    ]
  return [
    `  export OS_CLIENT_CONFIG_FILE=${shellWord(cloudsFile)}`,
    '  openstack --os-cloud trove-demo datastore list',
    '  openstack --os-cloud trove-demo database flavor list',
    ...tenantLines(seeded),
    // The README's tour creates 'shop'. With two instances of a name, the client asks for the id.
    seeded.length > 0
      ? '  openstack --os-cloud trove-demo database instance create first --flavor db.small --size 1'
      : '  openstack --os-cloud trove-demo database instance list',
  ]
}

/** The program of tenants. */
const tenantLines = (seeded: readonly SeededVersion[]): string[] =>
  seeded
    .slice(0, 1)
    .map(({ datastore, version }) => `  ${tenantCommand()} flavors ${datastore} ${version} --os-cloud trove-demo`)

function storageWords(start: { config: Config; database: string; instancesDir: string }): string {
  const { config, database, instancesDir } = start
  const { dataDir, flavorsFile, identityFile, secretKeyFile } = config
  const isOutside = (path: string) => relative(dataDir, resolve(path)).startsWith('..')
  const isFile = config.connection?.startsWith('sqlite:')
  const elsewhere = [
    ...(isFile && !isOutside(database) ? [] : [`the database, which is ${database}`]),
    ...(isOutside(instancesDir) ? [`instances, which are in ${instancesDir}`] : []),
    ...(isOutside(flavorsFile) ? [`flavors, which are in ${flavorsFile}`] : []),
    ...(isOutside(identityFile) ? [`users, who are in ${identityFile}`] : []),
    ...(isOutside(secretKeyFile) ? [`the secret key, which is in ${secretKeyFile}`] : []),
  ]
  if (elsewhere.length === 0)
    return `All data is stored in ${dataDir}. To uninstall, stop the server and delete this folder.`
  const what = isFile ? 'all of these' : 'all of these, but the database only if no other program uses it'
  return `All data is stored in ${dataDir}, except ${elsewhere.join('; ')}. To uninstall, stop the server and delete ${what}.`
}

/** The commands need the same environment, which another terminal does not have. */
function environmentWords({ origins }: Config): string {
  const names = Object.values(origins).flatMap(origin => (origin.from === 'environment' ? [origin.place] : []))
  return names.length === 0 ? '' : `, with the same environment variables (${names.join(', ')})`
}
