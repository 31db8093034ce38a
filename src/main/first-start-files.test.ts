import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadConfig } from '../config/config.ts'
import { makeFiles } from './first-start-files.ts'

const url = 'http://127.0.0.1:9000'
const keystone = { OS_KEYSTONE_AUTHTOKEN__AUTH_URL: 'http://192.0.2.7:5000/v3' }

async function filesOf(t: TestContext, environment: Readonly<Record<string, string>>, clouds?: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'trove-ts-first-start-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  if (clouds !== undefined) writeFileSync(join(dataDir, 'clouds.yaml'), clouds)
  const files = await makeFiles(loadConfig({ places: [], dataDir }, environment))
  const cloudsFile = files.writeClouds(url)
  const made = readdirSync(dataDir).filter(name => !name.startsWith('trove.sqlite'))
  return { dataDir, made: made.sort(), cloudsFile }
}

test('a first start creates flavors, users and the clouds of these users, with the URL of the start', async t => {
  const { dataDir, made, cloudsFile } = await filesOf(t, {})
  assert.deepEqual(made, ['clouds.yaml', 'flavors.schema.json', 'flavors.yaml', 'identity.json'])
  assert.equal(cloudsFile, join(dataDir, 'clouds.yaml'))
  assert.ok(readFileSync(cloudsFile, 'utf8').includes(`auth_url: ${url}/identity/v3\n`))
})

test('with Keystone and Nova, none of these: Keystone would know none of the users', async t => {
  const { made, cloudsFile } = await filesOf(t, keystone)
  assert.deepEqual(made, [])
  assert.equal(cloudsFile, undefined)
})

test('with Keystone and a flavors file, only that file and its schema', async t => {
  const { made } = await filesOf(t, { ...keystone, OS_TROVETS__FLAVORS: 'file' })
  assert.deepEqual(made, ['flavors.schema.json', 'flavors.yaml'])
})

test('a clouds.yaml from before Keystone was configured is left alone, and no command of the start names it', async t => {
  const before = 'clouds: { trove-demo: { auth: { auth_url: http://127.0.0.1:1/identity/v3 } } }\n'
  const { dataDir, cloudsFile } = await filesOf(t, keystone, before)
  assert.equal(cloudsFile, undefined)
  assert.equal(readFileSync(join(dataDir, 'clouds.yaml'), 'utf8'), before)
})
