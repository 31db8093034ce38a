import assert from 'node:assert/strict'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { logInAs, makeInstallation, tokenOf } from './installation.ts'

const { folder, start, stop, passwordOf, until, manage, remove } = makeInstallation()
after(remove)

const fileOf = (dataDir: string) => join(folder, dataDir, 'flavors.yaml')
const large = '  - { id: "21", name: db.large, vcpus: 4, ram: 4096, disk: 20 }\n'
const fast = 'volume_types:\n  - { name: fast-ssd, description: Local NVMe }\n'

/** A started service, and what a member of it sees of its catalogue. */
async function startWithMember(dataDir: string) {
  const server = await start(dataDir)
  const { username, password } = passwordOf(dataDir, 'trove-demo')
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

const count = (text: string, part: string) => text.split(part).length - 1

test('what is saved counts from the next request on; a running server needs nothing', async () => {
  const { server, flavors, volumeTypes } = await startWithMember('saved')
  const starter = readFileSync(fileOf('saved'), 'utf8')
  assert.ok(!(await flavors()).includes('db.large'))
  assert.deepEqual(await volumeTypes(), ['standard'])

  writeFileSync(fileOf('saved'), starter.replace('flavors:\n', `flavors:\n${large}`) + fast)
  assert.ok((await flavors()).includes('db.large'))
  assert.deepEqual(await volumeTypes(), ['fast-ssd', 'standard'])

  // As editors save that write another file first.
  writeFileSync(`${fileOf('saved')}~`, starter)
  renameSync(`${fileOf('saved')}~`, fileOf('saved'))
  assert.ok(!(await flavors()).includes('db.large'))
  assert.deepEqual(await volumeTypes(), ['standard'])
  assert.equal(await stop(server), 0)
  // A file that is written in place is empty for a moment. Whoever reads it then says so, and that it is valid again.
  const complaints = server.said.err.split('\n').filter(line => line.includes('flavors file'))
  const isOfEmptyFile = /line 1, column 1: expected a list under 'flavors:'|is valid again/
  assert.deepEqual(
    complaints.filter(line => !isOfEmptyFile.test(line)),
    [],
  )
})

test('a broken edit is told of once, with the place, before anybody asks; what was good stays until it is mended', async () => {
  const { server, flavors, volumeTypes } = await startWithMember('broken')
  const starter = readFileSync(fileOf('broken'), 'utf8')
  const good = await flavors()
  writeFileSync(fileOf('broken'), starter.replace('ram: 1024', 'rma: 1024') + fast)
  await until(server, ({ err }) => err.includes('flavors file'))
  const line = starter.split('\n').findIndex(line => line.includes('db.medium')) + 1
  assert.match(
    server.said.err,
    new RegExp(
      `line ${line}, column \\d+: flavor 9: unknown field 'rma'\\. Did you mean 'ram'\\? .* The previous version stays in use`,
    ),
  )
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(await flavors(), good)
    assert.deepEqual(await volumeTypes(), ['standard'])
  }
  assert.equal(count(server.said.err, 'cannot be used'), 1, server.said.err)

  // Nobody else has an earlier one to fall back on, and says so.
  const listed = await manage('broken', 'flavor_list')
  assert.deepEqual([listed.code, listed.out], [1, ''])
  assert.match(listed.err, /cannot be used: line \d+, column \d+: flavor 9: /)

  writeFileSync(fileOf('broken'), starter + fast)
  await until(server, ({ err }) => err.includes('is valid again'))
  assert.deepEqual(await volumeTypes(), ['fast-ssd', 'standard'])
  assert.equal(
    count(server.said.err, 'flavors file'),
    2,
    'once in the line about the broken file, once in that about the fixed one',
  )
  assert.equal(await stop(server), 0)
})

test('a server does not start on a catalogue that cannot be read, and says where it is wrong', async () => {
  const first = await startWithMember('never')
  await stop(first.server)
  writeFileSync(fileOf('never'), 'flavors:\n  - { id: 1, name: a, vcpus: many, ram: 1 }\n')
  await assert.rejects(
    start('never'),
    /it ended: The flavors file .* cannot be used: line 2, column 23: flavor 1: vcpus must be a whole number, 0 or more\.\n/,
  )
})

test('the schema that editors read lies beside the catalogue, which names it, and is brought up to date', async () => {
  const schemaFile = join(folder, 'schema', 'flavors.schema.json')
  const first = await startWithMember('schema')
  await stop(first.server)
  const published = readFileSync(new URL('../../docs/reference/flavor-catalogue.schema.json', import.meta.url), 'utf8')
  assert.equal(readFileSync(schemaFile, 'utf8'), published)
  assert.match(readFileSync(fileOf('schema'), 'utf8'), /^# yaml-language-server: \$schema=\.\/flavors\.schema\.json\n/)
  writeFileSync(schemaFile, '{}')
  await stop((await startWithMember('schema')).server)
  assert.equal(readFileSync(schemaFile, 'utf8'), published)
})
