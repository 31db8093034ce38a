import { accessSync, constants } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import type { Paint } from '../cli/paint.ts'
import type { Config } from '../config/config.ts'
import { pathOf } from '../config/config-files.ts'
import { shellWord } from '../model/shell-word.ts'
import type { SeededVersion } from './seed-catalogue.ts'

/** The text that a start prints: where the data is, and commands to try next, which work as printed. */
export function welcome(
  paint: Paint,
  start: {
    config: Config
    url: string
    cloudsFile: string | undefined
    /** The folder of the instances. */
    instancesDir: string
    /** The versions that this start created; undefined when there were datastores before. */
    seeded: readonly SeededVersion[] | undefined
  },
): string {
  const { config, url, cloudsFile, seeded, instancesDir } = start
  const isDefaultFolder = relative(process.cwd(), config.dataDir) === 'trove-data'
  const places = config.places.map(place =>
    'file' in place ? ` --config-file ${shellWord(pathOf(place))}` : ` --config-dir ${shellWord(pathOf(place))}`,
  )
  const folder = isDefaultFolder ? '' : ` --data-dir ${shellWord(config.dataDir)}`
  const locationOptions = places.length > 0 ? places.join('') : folder
  const manage = `${manageCommand()}${locationOptions}`
  const lines = [
    `${paint.head(`trove-ts is ready at ${url}`)}  ${paint.hint('(Ctrl-C stops it)')}`,
    storageWords(config.dataDir, instancesDir),
    ...(seeded?.length === 0 ? ['No database engine was found on this machine, so there are no datastores yet.'] : []),
    '',
    'In another terminal, from this folder:',
    `  ${manage} datastore_version_list`,
    ...(seeded ?? [])
      .slice(0, 1)
      .flatMap(({ datastore, version }) => [
        `  ${manage} datastore_version_flavor_list ${datastore} ${version}`,
        `  ${manage} datastore_version_flavor_explain ${datastore} ${version}`,
      ]),
    `  ${manage} --help`,
  ]
  if (cloudsFile) {
    if (onPath('openstack'))
      lines.push(
        `  export OS_CLIENT_CONFIG_FILE=${shellWord(cloudsFile)}`,
        '  openstack --os-cloud trove-demo datastore list',
        '  openstack --os-cloud trove-demo database flavor list',
        ...(seeded?.length
          ? ['  openstack --os-cloud trove-demo database instance create shop --flavor db.small --size 1']
          : ['  openstack --os-cloud trove-demo database instance list']),
      )
    else
      lines.push(
        '',
        'To use the `openstack` command (Debian: python3-openstackclient and python3-troveclient), set OS_CLIENT_CONFIG_FILE to',
        `${cloudsFile}, which has the users and passwords, and add --os-cloud trove-demo.`,
      )
  }
  return `${lines.join('\n')}\n\n`
}

const storageWords = (dataDir: string, instancesDir: string) =>
  relative(dataDir, instancesDir).startsWith('..')
    ? `All data is stored in ${dataDir}, except instances, which are in ${instancesDir}. To uninstall, stop the server and delete both folders.`
    : `All data is stored in ${dataDir}. To uninstall, stop the server and delete this folder.`

/**
 * The command that starts trove-manage. In a checkout, npx finds it. In an installed package, npx would look for a package of
 * that name in the registry, and the first trove-manage on the PATH may be that of another Trove.
 */
function manageCommand(): string {
  const isInstalled = import.meta.filename.endsWith('.js')
  if (!isInstalled) return 'npx trove-manage'
  const own = join(dirname(process.argv[1]!), 'trove-manage')
  return onPath('trove-manage') === own ? 'trove-manage' : shellWord(own)
}

/** The path of the program that a shell would start. */
function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, program))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
