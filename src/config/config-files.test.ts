import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type Config, type ConfigSource, loadConfig, type OptionName, placesInWords } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigPlace, Environment } from './config-files.ts'

/** A folder with files; names with a slash are in a folder of it. */
function bench(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-config-files-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const at = (name: string) => join(folder, name)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(at(name), '..'), { recursive: true })
    writeFileSync(at(name), text)
  }
  /** Reads a command line such as `a.conf conf.d/ b.conf`. */
  const read = (line: string, environment: Environment = {}, more: ConfigSource = {}): Config => {
    const places = line
      .split(' ')
      .filter(name => name !== '')
      .map((name): ConfigPlace => (name.endsWith('/') ? { folder: at(name.slice(0, -1)) } : { file: at(name) }))
    return loadConfig({ places, ...more }, environment)
  }
  return { at, read }
}

const files = {
  'a.conf': '[DEFAULT]\nbind_port = 1\nhttp_get_rate = 1\n[database]\nconnection = sqlite:///a\n',
  'b.conf': '[DEFAULT]\nbind_port = 2\n[database]\nmax_pool_size = 2\n',
  'old.conf': '[DEFAULT]\nos_region_name = old\nsql_connection = sqlite:///old\n',
  'new.conf': '[service_credentials]\nregion_name = new\n[Database]\nconnection = sqlite:///new\n',
  'empty.conf': '[DEFAULT]\nbind_port =\n[database]\nconnection =\n',
  'references.conf': '[DEFAULT]\ndefault_datastore = $bind_port-$nova_compute_url\n',
  'dirs-a.conf': '[oslo_policy]\npolicy_dirs = a\npolicy_dirs = b\n',
  'dirs-b.conf': '[DEFAULT]\npolicy_dirs = d\n[oslo_policy]\npolicy_dirs = c\n',
  'conf.d/10.conf': '[DEFAULT]\nbind_port = 10\nhttp_put_rate = 10\n',
  'conf.d/9.conf': '[DEFAULT]\nbind_port = 9\n',
  'conf.d/B.conf': '[DEFAULT]\nhttp_post_rate = 66\n',
  'conf.d/a.conf': '[DEFAULT]\nhttp_post_rate = 97\n',
  'conf.d/.hidden.conf': '[DEFAULT]\nbind_port = 11\n',
  'conf.d/notes.txt': 'nonsense',
  'conf.d/old.conf.bak': 'nonsense',
  'more.d/1.conf': '[DEFAULT]\nbind_port = 30\n',
  'none.d/readme': 'nonsense',
} as const

const merges: [line: string, expected: Partial<Record<OptionName, unknown>>][] = [
  ['a.conf', { bindPort: 1, getRate: 1, connection: 'sqlite:///a', poolSizeMax: 5 }],
  ['a.conf b.conf', { bindPort: 2, getRate: 1, connection: 'sqlite:///a', poolSizeMax: 2 }],
  ['b.conf a.conf', { bindPort: 1, getRate: 1, connection: 'sqlite:///a', poolSizeMax: 2 }],
  ['a.conf b.conf a.conf', { bindPort: 1, poolSizeMax: 2 }],
  ['new.conf old.conf', { region: 'old', connection: 'sqlite:///old' }],
  ['old.conf new.conf', { region: 'new', connection: 'sqlite:///new' }],
  ['a.conf empty.conf', { bindPort: 8779, getRate: 1, connection: undefined }],
  ['empty.conf a.conf', { bindPort: 1, connection: 'sqlite:///a' }],
  ['references.conf a.conf', { defaultDatastore: '1-' }],
  ['a.conf references.conf b.conf', { defaultDatastore: '2-' }],
  ['dirs-a.conf dirs-b.conf', { policyDirs: ['a', 'b', 'd', 'c'] }],
  ['dirs-b.conf dirs-a.conf', { policyDirs: ['d', 'c', 'a', 'b'] }],
  ['conf.d/', { bindPort: 9, putRate: 10, postRate: 97, connection: undefined, bindHost: '0.0.0.0' }],
  ['a.conf conf.d/', { bindPort: 9, getRate: 1, putRate: 10, connection: 'sqlite:///a' }],
  ['conf.d/ a.conf', { bindPort: 1, getRate: 1, putRate: 10, connection: 'sqlite:///a' }],
  ['a.conf conf.d/ b.conf', { bindPort: 2, putRate: 10 }],
  ['conf.d/ more.d/', { bindPort: 30, putRate: 10 }],
  ['more.d/ conf.d/', { bindPort: 9, putRate: 10 }],
  ['none.d/', { bindPort: 8779, connection: undefined, bindHost: '0.0.0.0', rateLimits: true }],
]

describe('several files and folders', () => {
  for (const [line, expected] of merges)
    test(`'${line}': later values win`, t => {
      const config = bench(t, files).read(line)
      const values = Object.fromEntries(Object.keys(expected).map(name => [name, config[name as OptionName]]))
      assert.deepEqual(values, expected)
    })

  test('the environment wins over all of them', t => {
    const { read } = bench(t, files)
    assert.equal(read('a.conf conf.d/ b.conf', { OS_DEFAULT__BIND_PORT: '40' }).bindPort, 40)
  })

  test('the origin of a value, and of an unknown key, is its own file', t => {
    const { at, read } = bench(t, { ...files, 'c.conf': '[DEFAULT]\n\nhost = c\n' })
    const { origins, ignored, places } = read('a.conf conf.d/ c.conf')
    assert.deepEqual(origins.bindPort, { from: 'file', place: `${at('conf.d/9.conf')}, line 2` })
    assert.deepEqual(origins.connection, { from: 'file', place: `${at('a.conf')}, line 5` })
    assert.deepEqual(origins.bindHost, { from: 'default' })
    assert.deepEqual(ignored, ['[DEFAULT] host'])
    assert.equal(placesInWords({ places }), `${at('a.conf')} and ${at('conf.d')} and ${at('c.conf')}`)
  })
})

describe('TROVE_CONFIG_FILE', () => {
  const rows: [what: string, line: string, more: ConfigSource, port: number][] = [
    ['is read without an option', '', {}, 1],
    ['gives way to --config-file', 'b.conf', {}, 2],
    ['is read before --config-dir', 'more.d/', {}, 30],
    ['gives way to --data-dir', '', { dataDir: '/data' }, 8779],
  ]
  for (const [what, line, more, port] of rows)
    test(what, t => {
      const { at, read } = bench(t, files)
      const config = read(line, { TROVE_CONFIG_FILE: at('a.conf') }, more)
      assert.equal(config.bindPort, port)
    })

  test('keeps its other values beside --config-dir', t => {
    const { at, read } = bench(t, files)
    assert.equal(read('more.d/', { TROVE_CONFIG_FILE: at('a.conf') }).connection, 'sqlite:///a')
  })

  test('means nothing if it is empty', () =>
    assert.equal(loadConfig({}, { TROVE_CONFIG_FILE: '' }).bindHost, '127.0.0.1'))
})

describe('what cannot be read is an error that names it', () => {
  const rows: [line: string, complaint: string][] = [
    ['no.conf', 'no.conf cannot be read: file not found'],
    ['a.conf no.conf', 'no.conf cannot be read: file not found'],
    ['no.conf a.conf', 'no.conf cannot be read: file not found'],
    ['no.d/', 'no.d cannot be read: folder not found'],
    ['a.conf no.d/', 'no.d cannot be read: folder not found'],
    ['a.conf/', 'a.conf cannot be read: it is not a folder'],
    ['conf.d', 'conf.d cannot be read: it is a folder'],
    ['wrong.d/', 'wrong.d/2.conf, line 1: expected'],
    ['folder.d/', 'folder.d/1.conf cannot be read: it is a folder'],
    ['broken.d/', 'broken.d/1.conf cannot be read: file not found'],
  ]
  for (const [line, complaint] of rows)
    test(line, t => {
      const { at, read } = bench(t, {
        ...files,
        'wrong.d/2.conf': 'nonsense',
        'folder.d/1.conf/x': '',
        'broken.d/x': '',
      })
      symlinkSync('/nowhere', at('broken.d/1.conf'))
      assert.throws(
        () => read(line),
        error => error instanceof ConfigError && error.message.startsWith(at(complaint)),
      )
    })

  test('an empty name', () => {
    assert.throws(() => loadConfig({ places: [{ file: '' }] }, {}), /^Error: '' cannot be read: file not found/)
    assert.throws(() => loadConfig({ places: [{ folder: '' }] }, {}), /^Error: '' cannot be read: folder not found/)
  })

  test('a path in the home folder, which a shell does not fill in after --config-file=', () => {
    const name = 'no-such-folder-of-trove-ts'
    assert.throws(() => loadConfig({ places: [{ file: `~/${name}/trove.conf` }] }, {}), /cannot be read/)
    assert.equal(placesInWords({ places: [{ file: `~/${name}` }] }), join(homedir(), name))
  })
})
