import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { before, describe, test } from 'node:test'
import { gateOperations } from '../../src/model/gate-operation.ts'
import type { AskedDatastore, AskedHardware, AskedMember } from '../../src/rules/gate/asked-hardware.ts'
import { readRequest } from '../../src/rules/gate/read-request.ts'
import { everydayRequests, type GeneratedRequest, oddRequests } from './gate-requests.ts'

/** What a controller of Trove asked of the models below it. */
type Given = Readonly<{ operation: string }> & Readonly<Record<string, unknown>>
type TrovesReading = Readonly<{ status: number; given: readonly Given[] }>

/** Asks Trove's own router, deserializers, validation and controllers. */
async function askTrove(requests: readonly GeneratedRequest[]): Promise<readonly TrovesReading[]> {
  const python = spawn('/usr/bin/python3', ['-W', 'ignore', `${import.meta.dirname}/trove-reading.py`])
  python.stdin.end(requests.map(request => `${JSON.stringify(request)}\n`).join(''))
  const [lines, errors] = await Promise.all([text(python.stdout), text(python.stderr)])
  const answers = lines.split('\n').filter(line => line !== '')
  assert.equal(answers.length, requests.length, errors)
  return answers.map(line => JSON.parse(line))
}

function askOurs({ method, path, query, headers, body }: GeneratedRequest) {
  return readRequest({
    method,
    path,
    query,
    contentType: headers['Content-Type'],
    contentEncoding: headers['Content-Encoding'],
    body: Buffer.from(body, 'base64'),
  })
}

/** Trove has no value for these either. */
const orNull = (value: unknown) => (value === undefined || value === '' ? null : value)
const regionOrDefault = (region: string | undefined) => region ?? 'RegionOne'
const datastoreOf = ({ type, version, versionNumber }: AskedDatastore) => ({
  type: orNull(type),
  version: orNull(version),
  versionNumber: orNull(versionNumber),
})
const memberOf = ({ flavor, volume, region }: AskedMember) => ({
  flavor,
  sizeGb: orNull(volume?.sizeGb),
  volumeType: orNull(volume?.type),
  region: orNull(region),
})

/** What we read, in the words of `trove-reading.py`. */
function inTrovesWords(ask: AskedHardware): Given {
  switch (ask.operation) {
    case 'create':
    case 'restore': {
      const { region, ...member } = memberOf(ask)
      const backupId = ask.operation === 'restore' ? ask.backupId : null
      return {
        operation: ask.operation,
        ...member,
        datastore: datastoreOf(ask.datastore),
        backupId,
        region: regionOrDefault(ask.region),
      }
    }
    case 'replica':
      return { ...ask, region: regionOrDefault(ask.region) }
    case 'cluster_create':
      return { ...ask, datastore: datastoreOf(ask.datastore), members: ask.members.map(memberOf) }
    case 'cluster_grow':
      // Trove ignores the volume type and the region of a new member.
      return { ...ask, members: ask.members.map(each => ({ ...memberOf(each), volumeType: null, region: null })) }
    case 'grow_volume':
      return { ...ask, sizeGb: orNull(ask.sizeGb) }
    case 'migrate':
      return { ...ask, host: orNull(ask.host) }
    default:
      return ask
  }
}

/** What Trove understood, with the operations that Trove's models tell apart later. */
function comparable(given: Given): Given {
  if (given.operation === 'grow_volume')
    return { ...given, sizeGb: /^\d{1,15}$/.test(String(given.sizeGb)) ? Number(given.sizeGb) : null }
  if (given.operation === 'migrate')
    return { ...given, host: typeof given.host === 'string' ? orNull(given.host) : null }
  if (given.operation === 'cluster_create')
    return { ...given, datastore: noEmptyTexts(given.datastore), members: (given.members as Given[]).map(noEmptyTexts) }
  if (given.operation !== 'create') return given
  const { sourceId, count, backupId, ...created } = given
  const region = given.region === '' || given.region === null ? 'RegionOne' : given.region
  if (sourceId) return { operation: 'replica', sourceId, count: count || 1, region }
  const operation = backupId === null ? 'create' : 'restore'
  return { ...noEmptyTexts(created), operation, datastore: noEmptyTexts(created.datastore), backupId, region }
}

const noEmptyTexts = (values: unknown) =>
  Object.fromEntries(Object.entries(values as object).map(([key, value]) => [key, orNull(value)]))

const isJudged = (operation: string) => gateOperations[operation as keyof typeof gateOperations] === 'judged'
const isOfAdministrators = (operation: string) => operation === 'migrate' || operation === 'rebuild'

/** Explains how our reading lets through what Trove understood; undefined if it does not. */
function missed(request: GeneratedRequest, { given }: TrovesReading): string | undefined {
  const ours = askOurs(request)
  if (given.length === 0 || ours.kind === 'ambiguous') return undefined
  const understood = given.map(comparable)
  if (ours.kind === 'passes')
    return understood.every(each => isOfAdministrators(each.operation))
      ? undefined
      : shown(request, understood, 'passes')
  const asked = inTrovesWords(ours.ask)
  try {
    assert.deepEqual([asked], understood)
    return undefined
  } catch {
    return shown(request, understood, asked)
  }
}

const shown = ({ body, ...line }: GeneratedRequest, theirs: unknown, ours: unknown) =>
  JSON.stringify({ ...line, text: Buffer.from(body, 'base64').toString(), theirs, ours })

describe('the real Trove', () => {
  const seed = Number(process.env.SEED ?? 13)
  const requests = oddRequests(seed, 12_000)
  /** The requests that Trove understood as giving hardware. */
  let understood: readonly Readonly<{ request: GeneratedRequest; reading: TrovesReading }>[] = []
  before(async () => {
    const readings = await askTrove(requests)
    understood = requests
      .map((request, index) => ({ request, reading: readings[index]! }))
      .filter(({ reading }) => reading.given.length > 0)
  })

  test('understands no request as giving hardware that we let through or read otherwise', t => {
    t.diagnostic(`SEED=${seed}: ${requests.length} requests, of which Trove understood ${understood.length}`)
    const misses = understood.flatMap(({ request, reading }) => missed(request, reading) ?? [])
    assert.deepEqual(misses.slice(0, 20), [])
  })

  test('understood thousands of them, of every operation', () => {
    assert.ok(understood.length >= 4000, `only ${understood.length}`)
    const operations = understood.flatMap(({ reading }) => reading.given.map(each => comparable(each).operation))
    for (const operation of Object.keys(gateOperations))
      assert.ok(operations.filter(each => each === operation).length >= 40, operation)
    assert.ok(operations.filter(isJudged).length >= 3000)
  })

  test('and every odd form of them: in the path, the query, the headers and the body', () => {
    const odd = understood.filter(({ request }) => askOurs(request).kind === 'ambiguous')
    const forms: Readonly<Record<string, (request: GeneratedRequest) => boolean>> = {
      'empty parts': ({ path }) => path.includes('//') && !path.startsWith('http'),
      'a line break at the end': ({ path }) => path.endsWith('%0A'),
      'a suffix': ({ path }) => path.endsWith('.json'),
      escapes: ({ path }) => /%[2-7]/.test(path),
      'a whole URL': ({ path }) => path.startsWith('http://'),
      'the method in the query': ({ query }) => query.includes('_method='),
      'another charset': ({ headers }) => headers['Content-Type']?.includes('utf-16') ?? false,
      'a body of GET': ({ method, path }) => method === 'GET' && path.endsWith('/edit'),
      'a repeated key': ({ body }) => /"(\w+)":"1","\1":/.test(Buffer.from(body, 'base64').toString()),
    }
    for (const [form, has] of Object.entries(forms))
      assert.ok(
        odd.some(({ request }) => has(request)),
        form,
      )
  })

  test('understands the requests that clients send, and we read them in the same way', async () => {
    const sent = everydayRequests(seed, 1500)
    const answers = await askTrove(sent)
    assert.deepEqual(
      sent.filter((_, index) => answers[index]!.given.length === 0),
      [],
    )
    assert.deepEqual(
      sent.filter(request => askOurs(request).kind !== 'asks'),
      [],
    )
    assert.deepEqual(
      sent.flatMap((request, index) => missed(request, answers[index]!) ?? []),
      [],
    )
  })
})
