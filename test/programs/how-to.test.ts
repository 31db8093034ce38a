import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { makeInstallation } from './installation.ts'

/**
 * Pages whose commands are run as they stand, one after the other, on a service that has just been started. A block of YAML
 * is what the reader adds to the flavor catalogue.
 */
const pages = ['add-a-flavor', 'manage-users']

const withClients = process.env.TROVE_TS_TEST_SYSTEM === '1'
if (!withClients) console.log('not run: the `openstack` lines of the how-tos; TROVE_TS_TEST_SYSTEM=1 runs them')

const { folder, start, stop, manage, remove } = makeInstallation()
after(remove)

const blocksOf = (page: string) =>
  [
    ...readFileSync(new URL(`../../docs/how-to/${page}.md`, import.meta.url), 'utf8').matchAll(
      /^ *```(\w*)\n([\s\S]*?)^ *```/gm,
    ),
  ].map(([, language, text]) => ({ isYaml: language === 'yaml', text: text! }))

const commandsIn = (text: string) => [...text.matchAll(/^ *\$ (.+)$/gm)].map(match => match[1]!)

function addToCatalogue(dataDir: string, text: string) {
  const file = join(folder, dataDir, 'flavors.yaml')
  const catalogue: Record<string, object[]> = parse(readFileSync(file, 'utf8'))
  for (const [list, entries] of Object.entries(parse(text) as Record<string, object[]>))
    catalogue[list] = [...(catalogue[list] ?? []), ...entries]
  writeFileSync(file, stringify(catalogue))
}

/** As a reader runs it: with the operator's clouds.yaml, or with their own where the line names a cloud in it. */
async function openstack(dataDir: string, line: string) {
  const own = line.includes('--os-cloud')
    ? {}
    : { OS_CLIENT_CONFIG_FILE: join(folder, dataDir, 'clouds.yaml'), OS_CLOUD: 'trove-demo' }
  const env = { PATH: `/usr/bin:${process.env.PATH}`, HOME: join(folder, 'home'), LANG: 'C.UTF-8', ...own }
  await promisify(execFile)('/bin/sh', ['-c', line], { env, timeout: 60_000 })
}

const isRunHere = (line: string) => withClients || !line.startsWith('openstack ')

async function run(dataDir: string, line: string) {
  if (line.startsWith('openstack ')) return openstack(dataDir, line)
  const [, words] = /^npx trove-manage (.+)$/.exec(line) ?? []
  assert.ok(words, `nobody here knows how to run '${line}'`)
  const { code, out, err } = await manage(dataDir, ...words.split(' '))
  assert.equal(code, 0, `${line}\n${err}`)
  if (out.includes('clouds:')) {
    mkdirSync(join(folder, 'home/.config/openstack'), { recursive: true })
    writeFileSync(join(folder, 'home/.config/openstack/clouds.yaml'), out.slice(out.indexOf('clouds:')))
  }
}

for (const page of pages) {
  test(`docs/how-to/${page}.md: every command does what it says`, async t => {
    const server = await start(page)
    t.after(() => stop(server))
    const blocks = blocksOf(page)
    assert.ok(blocks.flatMap(({ text }) => commandsIn(text)).length > 3, 'the page has hardly a command')
    for (const { isYaml, text } of blocks) {
      if (isYaml) addToCatalogue(page, text)
      else for (const line of commandsIn(text).filter(isRunHere)) await t.test(line, () => run(page, line))
    }
  })
}
