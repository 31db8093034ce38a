import type { Engine } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { administratorStatements } from './connection.ts'
import { baseFolder, mysqlFamily, processRecognisers, servingArguments } from './mysql-family.ts'
import { passwordHash } from './password.ts'
import { mysqlSizes } from './sizes.ts'

export const mysql: Engine = {
  ...mysqlFamily,
  manager: 'mysql',
  settingsFor: mysqlSizes,
  servers: ['mysqld'],
  recognise(said) {
    const version = / Ver (\d+\.\d+\.\d+)/.exec(said)?.[1]
    // MariaDB and Percona Server call their programs the same; they are other engines.
    if (version === undefined || /MariaDB|Percona/.test(said) || !isAtLeast(version, '5.7')) return undefined
    return { engine: 'mysql', label: 'MySQL', version, series: version.split('.', 2).join('.') }
  },
  passwordFileText(password, { image }) {
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
  finishing: () => ({}),
  controlFiles: {},
  leftOver: [],
  serve: (installed, served) => ({
    file: installed.program,
    args: [
      ...servingArguments(served),
      `--basedir=${baseFolder(installed)}`,
      // It would listen on a port of its own, and on a Unix socket for everybody.
      '--loose-mysqlx=OFF',
      '--secure-file-priv=NULL',
      // No DATA DIRECTORY; from 8.0.21 on, InnoDB knows that by itself.
      '--loose-skip-symbolic-links',
      // What was set in SQL to last stands in the data folder, where superusers of earlier releases could write it.
      '--loose-persisted-globals-load=OFF',
      // With it, a right to a pattern of databases would be one to a database of that name.
      '--loose-partial-revokes=OFF',
    ],
  }),
  ...processRecognisers(['mysqld']),
}
