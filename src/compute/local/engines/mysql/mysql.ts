import type { Engine } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { baseFolder, mysqlFamily, processMatchers, servingArguments } from './mysql-family.ts'
import { passwordHash } from './password-hash.ts'
import { mysqlSizes } from './sizes.ts'

export const mysql: Engine = {
  ...mysqlFamily,
  manager: 'mysql',
  settingsFor: mysqlSizes,
  programNames: ['mysqld'],
  recognise(versionText) {
    const version = / Ver (\d+\.\d+\.\d+)/.exec(versionText)?.[1]
    // The programs of MariaDB and Percona Server have the same name, but they are other engines.
    if (version === undefined || /MariaDB|Percona/.test(versionText) || !isAtLeast(version, '5.7')) return undefined
    return { engine: 'mysql', label: 'MySQL', version, series: version.split('.', 2).join('.') }
  },
  async passwordFileText(password, { image }) {
    const { administratorStatements } = await import('./connection.ts')
    const { plugin, hash } = passwordHash(image.version, password)
    return [...administratorStatements(plugin, hash), 'drop user root@localhost;', ''].join('\n')
  },
  initialise: (installed, dataFolder, passwordFile) => ({
    file: installed.program,
    args: [
      ...['--no-defaults', '--initialize-insecure', `--datadir=${dataFolder}`, `--basedir=${baseFolder(installed)}`],
      ...[`--init-file=${passwordFile}`, '--skip-log-bin'],
    ],
  }),
  serve: (installed, options) => ({
    file: installed.program,
    args: [
      ...servingArguments(installed, options),
      // The X plugin would listen on another port, and on a Unix socket that is open to everyone.
      '--loose-mysqlx=OFF',
      '--secure-file-priv=NULL',
      // Forbids DATA DIRECTORY; from 8.0.21 on, InnoDB forbids it by itself.
      '--loose-skip-symbolic-links',
      // Settings that were persisted with SQL are in the data folder, where superusers of earlier releases could write
      // them.
      '--loose-persisted-globals-load=OFF',
      // With partial revokes, a grant on a pattern of databases would be one on a database with that name.
      '--loose-partial-revokes=OFF',
    ],
  }),
  ...processMatchers(['mysqld']),
}
