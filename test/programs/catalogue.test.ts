import assert from 'node:assert/strict'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { logInAs, makeInstallation, tokenOf } from './installation.ts'

const { folder, start, stop, passwordOf, until, manage, remove } = makeInstallation()

const file = join(folder, 'data', 'flavors.yaml')
const large = '  - { id: "21", name: db.large, vcpus: 4, ram: 4096, disk: 20 }\n'
const fast = 'volume_types:\n  - { name: fast-ssd, description: Local NVMe }\n'

/** A started service, and what a member of it sees of its catalogue. */
async function startWithMember() {
  const server = await start('data')
  const { username, password } = passwordOf('data', 'trove-demo')
  const { token, project } = await tokenOf(await logInAs(server.url, username, password))
  async function get<T>(path: string): Promise<T> {
    const headers = { 'x-auth-token': token, connection: 'close' }
    const answer = await fetch(`${server.url}/v1.0/${project}${path}`, { headers })
    assert.equal(answer.status, 200)
    return (await answer.json()) as T
  }
  const names = (entries: { name: string }[]) => entries.map(({ name }) => name)
  return {
    server,
    flavors: async () => names((await get<{ flavors: { name: string }[] }>('/flavors')).flavors),
    volumeTypes: async () => names((await get<{ volume_types: { name: string }[] }>('/volume-types')).volume_types),
  }
}

/** The tests share a service and its folder. */
let service: Awaited<ReturnType<typeof startWithMember>>
let starter: string
before(async () => {
  service = await startWithMember()
  starter = readFileSync(file, 'utf8')
})
after(async () => {
  if (service.server.child.exitCode === null) await stop(service.server)
  remove()
})

/** As editors save that write another file first. */
function save(text: string) {
  writeFileSync(`${file}~`, text)
  renameSync(`${file}~`, file)
}

const count = (text: string, part: string) => text.split(part).length - 1

test('a broken edit is told of once, with the place, before anybody asks; what was good stays until it is mended', async () => {
  const { server, flavors, volumeTypes } = service
  const before = server.said.err.length
  const said = () => server.said.err.slice(before)
  const good = await flavors()
  save(starter.replace('ram: 1024', 'rma: 1024') + fast)
  await until(server, () => said().includes('cannot be used: line'))
  const line = starter.split('\n').findIndex(line => line.includes('db.medium')) + 1
  assert.match(
    said(),
    new RegExp(
      `line ${line}, column \\d+: flavor 9: unknown field 'rma'\\. Did you mean 'ram'\\? .* The previous version stays in use`,
    ),
  )
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(await flavors(), good)
    assert.deepEqual(await volumeTypes(), ['standard'])
  }
  assert.equal(count(said(), 'cannot be used'), 1, said())

  // Nobody else has an earlier one to fall back on, and says so.
  const listed = await manage('data', 'flavor_list')
  assert.deepEqual([listed.code, listed.out], [1, ''])
  assert.match(listed.err, /cannot be used: line \d+, column \d+: flavor 9: /)

  save(starter + fast)
  await until(server, () => said().includes('is valid again'))
  assert.deepEqual(await volumeTypes(), ['fast-ssd', 'standard'])
  assert.equal(
    count(said(), 'flavors file'),
    2,
    'once in the line about the broken file, once in that about the fixed one',
  )
  save(starter)
})

test('what is saved counts from the next request on; a running server needs nothing', async () => {
  const { server, flavors, volumeTypes } = service
  const before = server.said.err.length
  const said = () => server.said.err.slice(before)
  assert.ok(!(await flavors()).includes('db.large'))
  assert.deepEqual(await volumeTypes(), ['standard'])

  writeFileSync(file, starter.replace('flavors:\n', `flavors:\n${large}`) + fast)
  assert.ok((await flavors()).includes('db.large'))
  assert.deepEqual(await volumeTypes(), ['fast-ssd', 'standard'])

  save(starter)
  assert.ok(!(await flavors()).includes('db.large'))
  assert.deepEqual(await volumeTypes(), ['standard'])
  assert.equal(await stop(server), 0)
  // A file that is written in place is empty for a moment. Whoever reads it then says so, and that it is valid again.
  const complaints = said()
    .split('\n')
    .filter(line => line.includes('flavors file'))
  const isOfEmptyFile = /line 1, column 1: expected a list under 'flavors:'|is valid again/
  assert.deepEqual(
    complaints.filter(line => !isOfEmptyFile.test(line)),
    [],
  )
})

test('a server does not start on a catalogue that cannot be read, and says where it is wrong', async () => {
  await stop(service.server)
  writeFileSync(file, 'flavors:\n  - { id: 1, name: a, vcpus: many, ram: 1 }\n')
  await assert.rejects(
    start('data'),
    /it ended: The flavors file .* cannot be used: line 2, column 23: flavor 1: vcpus must be a whole number, 0 or more\.\n/,
  )
})

test('the schema that editors read lies beside the catalogue, which names it, and is brought up to date', async () => {
  const schemaFile = join(folder, 'data', 'flavors.schema.json')
  const published = readFileSync(new URL('../../docs/reference/flavor-catalogue.schema.json', import.meta.url), 'utf8')
  assert.equal(readFileSync(schemaFile, 'utf8'), published)
  assert.match(starter, /^# yaml-language-server: \$schema=\.\/flavors\.schema\.json\n/)
  await stop(service.server)
  writeFileSync(file, starter)
  writeFileSync(schemaFile, '{}')
  service = await startWithMember()
  await stop(service.server)
  assert.equal(readFileSync(schemaFile, 'utf8'), published)
})
