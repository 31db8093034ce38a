import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/db/database.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgresql } from '../servers/postgresql.ts'
import type { RestartableServer } from '../servers/server.ts'

const file = (name: string) => join(import.meta.dirname, '../servers/tls', name)
const [authority, other] = [file('authority.pem'), file('other-authority.pem')]

type Case = Readonly<{ query: string; host?: string; user?: string; refused?: RegExp }>

const mysqlClient = `ssl_cert=${file('client.pem')}&ssl_key=${file('client-key.pem')}`
const mysqlCases: readonly Case[] = [
  // MariaDB 10.11 says no more than that; MySQL that insecure transport is prohibited.
  { query: '', refused: /Access denied|insecure transport/ },
  { query: 'ssl_disabled=true', refused: /Access denied|insecure transport/ },
  { query: `ssl_ca=${authority}` },
  { query: `ssl_capath=${file('')}` },
  { query: `ssl_ca=${other}`, refused: /opened: .*(certificate|self.signed).*\. Check the encryption options/ },
  { query: `ssl_ca=${authority}`, host: 'localhost', refused: /does not match certificate's altnames/ },
  { query: `ssl_ca=${authority}&ssl_check_hostname=false`, host: 'localhost' },
  { query: `ssl_ca=${other}&ssl_check_hostname=false`, refused: /certificate/ },
  { query: `ssl_ca=${authority}&ssl_verify_cert=true`, host: 'localhost' },
  { query: `ssl_ca=${other}&ssl_verify_cert=true`, refused: /certificate/ },
  { query: `ssl_ca=${authority}&ssl_verify_identity=true` },
  { query: `ssl_ca=${authority}&ssl_verify_identity=true`, host: 'localhost', refused: /altnames/ },
  { query: `ssl_ca=${other}&ssl_verify_cert=false`, host: 'localhost' },
  { query: 'ssl_verify_cert=true', refused: /certificate/ },
  { query: 'ssl_cipher=TLS_AES_256_GCM_SHA384' },
  { query: mysqlClient, user: 'certified' },
  { query: `ssl_ca=${authority}&${mysqlClient}`, user: 'certified' },
  { query: `ssl_ca=${authority}`, user: 'certified', refused: /Access denied for user 'certified'/ },
]

const libpqClient = `sslcert=${file('client.pem')}&sslkey=${file('client-key.pem')}`
const postgresqlCases: readonly Case[] = [
  // As libpq, which tries it encrypted when nothing is said.
  { query: '' },
  { query: 'sslmode=disable', refused: /no encryption/ },
  { query: 'sslmode=allow' },
  { query: 'sslmode=prefer' },
  { query: 'sslmode=require', host: 'localhost' },
  { query: `sslmode=require&sslrootcert=${authority}`, host: 'localhost' },
  { query: `sslmode=require&sslrootcert=${other}`, refused: /certificate/ },
  { query: `sslmode=verify-ca&sslrootcert=${authority}`, host: 'localhost' },
  {
    query: `sslmode=verify-ca&sslrootcert=${other}`,
    refused: /opened: .*(certificate|self.signed).*\. Check the encryption options/,
  },
  { query: `sslmode=verify-full&sslrootcert=${authority}` },
  { query: `sslmode=verify-full&sslrootcert=${other}`, refused: /certificate/ },
  { query: `sslmode=verify-full&sslrootcert=${authority}`, host: 'localhost', refused: /altnames/ },
  { query: 'sslmode=verify-full&sslrootcert=system', refused: /certificate/ },
  { query: `sslmode=verify-full&sslrootcert=${authority}&${libpqClient}`, user: 'certified' },
  { query: `sslmode=require&${libpqClient}`, user: 'certified' },
  { query: 'sslmode=require', user: 'certified', refused: /valid client certificate/ },
]

const options = { poolSizeMax: 3, create: false }

async function isEncrypted(connection: string): Promise<boolean> {
  const database = await openDatabase(connection, options)
  try {
    const ask = async () => {
      const asked =
        database.dialect.name === 'mysql'
          ? sql<{
              cipher: string
            }>`select variable_value as cipher from information_schema.session_status where variable_name = 'ssl_cipher'`
          : sql<{ cipher: string | null }>`select cipher from pg_stat_ssl where pid = pg_backend_pid()`
      return (await asked.execute(database.kysely)).rows[0]!.cipher ?? ''
    }
    const ciphers = await Promise.all([ask(), ask(), ask()])
    assert.equal(new Set(ciphers).size, 1)
    return ciphers[0] !== ''
  } finally {
    await database.close()
  }
}

const at = (url: string, { query, host = '127.0.0.1', user = 'trove' }: Case) => {
  const [base] = url.split('?')
  return `${base!.replace('//trove:', `//${user}:`).replace('127.0.0.1', host)}${query ? `?${query}` : ''}`
}

const servers = {
  postgresql: { start: startPostgresql, cases: postgresqlCases },
  ...(process.env.TROVE_TS_TEST_SYSTEM === '1' ? { mariadb: { start: startMariadb, cases: mysqlCases } } : {}),
}

for (const [name, { start, cases }] of Object.entries(servers)) {
  describe(`a ${name} that wants encrypted connections only`, () => {
    let server: RestartableServer
    let url: string
    before(async () => {
      server = await start({ isEncrypted: true })
      url = await server.createDatabase()
    })
    after(() => server.stop())

    for (const one of cases) {
      const { query, host = '127.0.0.1', user = 'trove', refused } = one
      const shown = query.replaceAll(file(''), '')
      test(`${shown || 'nothing said'}, ${user}@${host}: ${refused ? 'refused' : 'encrypted'}`, async () => {
        if (!refused) return assert.equal(await isEncrypted(at(url, one)), true)
        await assert.rejects(isEncrypted(at(url, one)), error => {
          assert.match(String(error), refused)
          assert.doesNotMatch(String(error), /:\/\/[^/]*@|PRIVATE KEY/)
          return true
        })
      })
    }
  })

  describe(`a ${name} that knows no encryption`, () => {
    let server: RestartableServer
    let url: string
    before(async () => {
      server = await start(name === 'mariadb' ? { args: ['--skip-ssl'] } : {})
      url = await server.createDatabase()
    })
    after(() => server.stop())

    const plain = name === 'mariadb' ? ['', 'ssl_disabled=true'] : ['', 'sslmode=prefer', 'sslmode=allow']
    for (const query of plain)
      test(`${query || 'nothing said'}: not encrypted`, async () =>
        assert.equal(await isEncrypted(at(url, { query })), false))

    // PyMySQL would go on without a word, and send everything in the clear.
    const strict = name === 'mariadb' ? `ssl_ca=${authority}` : 'sslmode=require'
    test(`${strict.replaceAll(file(''), '')}: refused`, async () =>
      assert.rejects(isEncrypted(at(url, { query: strict })), /does not support (secure connection|SSL connections)/))
  })
}

describe('files that a URL names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-tls-'))
  after(() => rmSync(folder, { recursive: true }))
  const garbage = join(folder, 'garbage.pem')
  writeFileSync(garbage, 'none of it')
  const wrong: [query: string, sentence: RegExp][] = [
    ['mysql://u:secret@h/d?ssl_ca=/nowhere/ca.pem', /^ssl_ca: \/nowhere\/ca\.pem cannot be read: file not found$/],
    [`mysql://u:secret@h/d?ssl_ca=${garbage}`, /^ssl_ca: .*garbage\.pem contains no certificate \(PEM\)$/],
    ['mysql://u:secret@h/d?ssl_capath=/nowhere', /^ssl_capath: \/nowhere cannot be read: file not found$/],
    [`mysql://u:secret@h/d?ssl_capath=${folder}`, /^ssl_capath: .* contains no certificate \(PEM\)$/],
    [
      `mysql://u:secret@h/d?ssl_cert=${file('client.pem')}&ssl_key=/nowhere/key`,
      /^ssl_key: \/nowhere\/key cannot be read/,
    ],
    [`mysql://u:secret@h/d?ssl_cert=${file('client.pem')}&ssl_key=${garbage}`, /^ssl_key: this value cannot be used: /],
    [
      `mysql://u:secret@h/d?ssl_cert=${file('client.pem')}&ssl_key=${file('server-key.pem')}`,
      /^ssl_key: this value cannot be used: .*key values mismatch/,
    ],
    ['mysql://u:secret@h/d?ssl_cipher=NONSENSE', /^ssl_cipher: this value cannot be used: /],
    [
      'postgresql://u:secret@h/d?sslmode=verify-ca&sslrootcert=/nowhere/ca.pem',
      /^sslrootcert: \/nowhere\/ca\.pem cannot/,
    ],
    [`postgresql://u:secret@h/d?sslcert=${garbage}&sslkey=${garbage}`, /^sslcert: .* contains no certificate/],
  ]
  for (const [connection, sentence] of wrong)
    test(`${connection.replaceAll(file(''), '').replaceAll(folder, '')}: said, before anything is connected to`, async () => {
      await assert.rejects(openDatabase(connection, options), error => {
        assert.match((error as Error).message, sentence)
        assert.doesNotMatch((error as Error).message, /secret|PRIVATE/)
        return true
      })
    })
})
