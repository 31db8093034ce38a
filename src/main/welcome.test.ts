import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { loadConfig } from '../config/config.ts'
import type { SeededVersion } from './seed-catalogue.ts'
import { welcome } from './welcome.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-welcome-'))
after(() => rmSync(folder, { recursive: true }))

const plain = (text: string) => text
const paint = { error: plain, hint: plain, head: plain, yes: plain, no: plain }

const dataDir = join(folder, 'data')
const configFile = join(folder, 'trove.conf')
const onPostgresql = '[database]\nconnection = postgresql://trove:secret@db/trove\n'

type Start = {
  conf?: string
  dataDir?: string | undefined
  environment?: Readonly<Record<string, string>>
  database?: string
  instancesDir?: string
  cloudsFile?: string
  seeded?: readonly SeededVersion[]
}

function lines({
  conf,
  dataDir: given = dataDir,
  environment = {},
  seeded = [],
  cloudsFile,
  ...start
}: Start): string[] {
  if (conf !== undefined) writeFileSync(configFile, conf)
  const places = conf === undefined ? [] : [{ file: configFile }]
  const config = loadConfig({ places, dataDir: given }, environment)
  const { database = join(config.dataDir, 'trove.sqlite'), instancesDir = config.instancesDir } = start
  const url = 'http://127.0.0.1:8779'
  return welcome(paint, { config, url, cloudsFile, database, instancesDir, seeded }).split('\n')
}
const commands = (start: Start) => lines(start).filter(line => line.startsWith('  '))
const stored = (start: Start) => lines(start).find(line => line.startsWith('All data'))

test('the commands name the data folder, the configuration file, or both, as the start did', () => {
  assert.equal(commands({})[0], `  npx trove-manage --data-dir ${dataDir} datastore_version_list`)
  assert.equal(
    commands({ conf: onPostgresql })[0],
    `  npx trove-manage --config-file ${configFile} --data-dir ${dataDir} datastore_version_list`,
  )
  assert.equal(
    commands({ conf: onPostgresql, dataDir: resolve('trove-data') })[0],
    `  npx trove-manage --config-file ${configFile} datastore_version_list`,
  )
  assert.equal(commands({ dataDir: resolve('trove-data') })[0], '  npx trove-manage datastore_version_list')
})

test('variables that changed the configuration are named, because another terminal does not have them', () => {
  const environment = { OS_DATABASE__CONNECTION: 'postgresql://trove:secret@db/trove' }
  const words = lines({ environment, database: 'postgresql://db/trove' }).join('\n')
  assert.ok(words.includes('from this folder, with the same environment variables (OS_DATABASE__CONNECTION):'), words)
  assert.ok(!words.includes('secret'), words)
  assert.ok(lines({}).includes('In another terminal, from this folder:'))
})

test('all data is in the folder by default, as the README shows', () => {
  const words = `All data is stored in ${dataDir}. To uninstall, stop the server and delete this folder.`
  assert.equal(stored({}), words)
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  assert.ok(readme.includes(`\n${words.replace(dataDir, '/home/you/trove-ts/trove-data')}\n`))
})

test('the address of the console is printed, with the file of its users, unless it is turned off', () => {
  const address = 'The console: http://127.0.0.1:8779/console/'
  assert.equal(lines({ cloudsFile: '/data/clouds.yaml' })[1], `${address} (users and passwords: /data/clouds.yaml)`)
  assert.equal(lines({})[1], address)
  assert.ok(!lines({ environment: { OS_TROVETS__CONSOLE: 'false' } }).includes(address))
})

test('what is not in the folder is named: the database', () =>
  assert.equal(
    stored({ conf: onPostgresql, database: 'postgresql://db/trove' }),
    `All data is stored in ${dataDir}, except the database, which is postgresql://db/trove. To uninstall, stop the server and delete all of these, but the database only if no other program uses it.`,
  ))

test('… instances', () =>
  assert.equal(
    stored({ instancesDir: '/var/lib/trove-ts' }),
    `All data is stored in ${dataDir}, except instances, which are in /var/lib/trove-ts. To uninstall, stop the server and delete all of these.`,
  ))

test('… files that the configuration has elsewhere', () => {
  const files = ['flavors_file = /etc/f.yaml', 'identity_file = /etc/i.json', 'secret_key_file = /etc/s.key']
  const conf = `[database]\nconnection = sqlite:////srv/trove.db\n[trovets]\n${files.join('\n')}\n`
  const words = stored({ conf, database: '/srv/trove.db' })!
  for (const place of ['/srv/trove.db', '/etc/f.yaml', '/etc/i.json', '/etc/s.key'])
    assert.ok(words.includes(place), words)
})

test('the text of a gate says in front of what it is', () => {
  const environment = { OS_TROVETS__TROVE_ENDPOINT: 'http://192.0.2.7:8779' }
  assert.match(lines({ environment })[2]!, /^Gate in front of http:\/\/192\.0\.2\.7:8779: /)
})

test('an instance that the text creates does not have the name of one that the README creates', t => {
  const { PATH = '' } = process.env
  t.after(() => {
    process.env.PATH = PATH
  })
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin', 'openstack'), '', { mode: 0o755 })
  process.env.PATH = [join(folder, 'bin'), PATH].join(delimiter)
  const seeded = [{ datastore: 'postgresql', version: '18' }]
  const names = (text: string) => [...text.matchAll(/instance create (\S+)/g)].map(match => match[1]!)
  const [created] = names(lines({ cloudsFile: 'clouds.yaml', seeded }).join('\n'))
  const inReadme = names(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8'))
  assert.ok(inReadme.includes('shop'))
  assert.ok(created !== undefined)
  assert.ok(!inReadme.includes(created), created)
})

test('the program of tenants is named with a command that works', () => {
  const seeded = [{ datastore: 'postgresql', version: '18' }]
  const command = '  npx trovets flavors postgresql 18 --os-cloud trove-demo'
  assert.ok(commands({ cloudsFile: 'clouds.yaml', seeded }).includes(command))
  // Without datastores, there is nothing to ask about.
  assert.ok(!lines({ cloudsFile: 'clouds.yaml' }).join('\n').includes('trovets'))
})
