import { deepEqual } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  isAsExpression,
  isCallExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isTypeAssertion,
  type Node,
} from 'typescript/unstable/ast'
import { routes } from '../../src/api/routes.ts'
import { writeCatalogue } from '../stories/catalogue-plan.ts'
import { startWorld, type World } from '../world.ts'
import { importsOf, nodesOf } from './syntax.ts'
import { holds, sources, type Text } from './tree.ts'

// Hardware must not be given out without a check of the flavor rule: neither by an operation that computes a size by
// itself, nor by a route that skips the check.

const admittingFile = 'src/operations/flavors/admit-flavor.ts'

const fromSizeOf = 'take it from sizeOf(admitted), which needs the result of admitFlavor()'

/** Returns advice for code that computes a size by itself; undefined for other code. */
function sizingAdvice(node: Node): string | undefined {
  if (isCallExpression(node) && node.expression.getText() === 'hardwareOf') return fromSizeOf
  if ((isAsExpression(node) || isTypeAssertion(node)) && node.type.getText() === 'AdmittedFlavor')
    return 'only admitFlavor() may state that the rule was checked'
  if (!isPropertyAssignment(node) && !isShorthandPropertyAssignment(node)) return undefined
  const name = node.name.getText()
  if (name === 'vcpus' || name === 'ramMb') return fromSizeOf
  const isSized =
    isPropertyAssignment(node) &&
    isCallExpression(node.initializer) &&
    node.initializer.expression.getText() === 'sizeOf'
  return name === 'wanted' && !isSized ? 'write "wanted: sizeOf(admitted)" with the result of admitFlavor()' : undefined
}

/** The rooms that can write an intent. Drivers are not among them: they use the size that they receive. */
const writers = ['src/operations/', 'src/api/', 'src/cli/', 'src/main/']

function sizingViolations(texts: readonly Text[]): string[] {
  return texts
    .filter(({ path }) => path !== admittingFile && writers.some(room => path.startsWith(room)))
    .filter(({ path }) => !/^src\/api\/.*view\.ts$/.test(path) && !/schemas\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      nodesOf(text).flatMap(node => {
        const advice = sizingAdvice(node)
        return advice ? [`${path} contains "${node.getText()}", which gives out hardware unchecked: ${advice}.`] : []
      }),
    )
}

/**
 * Operations that judge flavors by what a version says to everybody, without the waivers of a project. All others get the
 * policy from `loadFlavorPolicyFor`.
 */
const withoutWaivers: Readonly<Record<string, string>> = {
  'src/operations/flavors/associate-flavors.ts': 'an association is for all projects',
  'src/operations/flavors/explain-flavors.ts': 'explains the version to an operator',
  'src/operations/flavors/list-flavor-verdicts.ts': 'shows an operator what versions say to everybody',
  'src/operations/flavors/policy-effect.ts': 'compares two policies of a version',
  'src/operations/datastore-catalogue/plan-version.ts': 'compares two policies of a version',
  'src/operations/flavors/touched-instances.ts': 'says what a rule means when no waiver is left',
  'src/operations/waivers/waiver-effect.ts': 'compares the flavors with a waiver and without it',
}

const judges = ['decide', 'judgeFlavors', 'allowedFlavors']

function waiverViolations(texts: readonly Text[]): string[] {
  const judging = texts.filter(
    ({ path, text }) =>
      path.startsWith('src/operations/') &&
      nodesOf(text).some(node => isCallExpression(node) && judges.includes(node.expression.getText())) &&
      importsOf(text).some(({ specifier }) => specifier.endsWith('/flavor/decide.ts')),
  )
  return [
    ...judging
      .filter(({ path, text }) => !withoutWaivers[path] && !text.includes('loadFlavorPolicyFor('))
      .map(({ path }) => `${path} judges flavors without waivers: take the policy from loadFlavorPolicyFor().`),
    ...Object.keys(withoutWaivers)
      .filter(path => texts.length > 1 && !judging.some(each => each.path === path))
      .map(path => `${path} judges no flavor: remove it from withoutWaivers.`),
  ]
}

/** Fields of a body that change hardware: another flavor, or another version for the same flavor. */
const hardwareFields = ['flavorRef', 'datastore_version'] as const

type Row = Readonly<{ method: string; path: string; operationId: string; body?: object }>

/** True if a schema has one of these fields anywhere. */
const hasHardwareField = (schema: unknown): boolean =>
  typeof schema === 'object' &&
  schema !== null &&
  (('properties' in schema && hardwareFields.some(name => Object.hasOwn(schema.properties as object, name))) ||
    Object.values(schema).some(hasHardwareField))

/**
 * For each route that gives out hardware: requests for a flavor that the version does not allow. A new route needs its
 * own.
 */
const forbidden: Readonly<Record<string, readonly object[]>> = {
  createInstance: [{ instance: { name: 'db', flavorRef: '1', volume: { size: 1 } } }],
  dryRunInstance: [{ instance: { name: 'db', flavorRef: '1', volume: { size: 1 } } }],
  actOnInstance: [{ resize: { flavorRef: '1' } }],
  updateInstance: [{ instance: { datastore_version: 'other' } }],
  editInstance: [{ instance: { datastore_version: 'other' } }],
}

type Answer = Readonly<{ status: number; message: string }>
const isRefused = ({ status, message }: Answer) =>
  status === 400 && /^Flavor [12] is not supported for datastore version /.test(message)

async function routeViolations(
  rows: readonly Row[],
  ask: (row: Row, body: object) => Promise<Answer>,
): Promise<string[]> {
  const violations: string[] = []
  for (const row of rows.filter(({ body }) => hasHardwareField(body))) {
    const shown = `${row.method} ${row.path}`
    const bodies = forbidden[row.operationId] ?? []
    if (bodies.length === 0)
      violations.push(
        `${shown} can give out hardware: add a request for a forbidden flavor to test/laws/hardware.test.ts.`,
      )
    for (const body of bodies) {
      const answer = await ask(row, body)
      if (!isRefused(answer))
        violations.push(
          `${shown} answers ${answer.status} "${answer.message}" to ${JSON.stringify(body)}, although the version does not allow the flavor: call admitFlavor().`,
        )
    }
  }
  return violations
}

let world: World
let instanceId: string
before(async () => {
  world = await startWorld({
    ports: { images: { list: async () => [{ id: 'image', name: 'i', manager: 'mysql', version: '1', tags: [] }] } },
    conf: { DEFAULT: ['default_datastore = mysql'], trovets: ['rate_limits = false'] },
  })
  const ids = await writeCatalogue(world.database, {
    images: [{ id: 'image', name: 'i', tags: [] }],
    catalogue: {
      mysql: [
        { name: 'one', default: true, flavors: ['2'] },
        { name: 'other', flavors: ['3'] },
      ],
    },
    instances: [{ version: '$MYSQL_ONE', flavor: '2', ours: true }],
  })
  const [instance] = await world.ports.stores.instances.page({}, undefined, 1)
  instanceId = instance!.id
  deepEqual(instance!.versionId, ids.get('MYSQL_ONE'))
})
after(() => world.stop())

async function ask({ method, path }: Row, body: object): Promise<Answer> {
  const url = `${world.url}/v1.0/${world.projectOf('demo')}${path.replace(':id', instanceId)}`
  const headers = { 'x-auth-token': await world.tokenOf('demo'), 'content-type': 'application/json' }
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) })
  const text = await answer.text()
  const error = (text === '' ? {} : Object.values(JSON.parse(text))[0]) as { message?: string }
  return { status: answer.status, message: error.message ?? '' }
}

test('the size of an instance is only computed from an admitted flavor', () => holds(sizingViolations(sources())))

test('each operation that judges flavors for a project takes its waivers into account', () =>
  holds(waiverViolations(sources())))

test('each route that can give out hardware refuses a flavor that the version does not allow', async () =>
  holds(await routeViolations(routes, ask)))

test('an operation that computes a size without a check is found', () => {
  const plant = (text: string, path = 'src/operations/instances/upgrade-instance.ts') =>
    sizingViolations([{ path, text }]).length
  const planted = [
    'const intent = { wanted: { flavorId, ...hardwareOf(flavor) } }',
    'const wanted = source.intent!.wanted\nreturn { action, wanted }',
    'return { wanted: source.intent!.wanted }',
    'return { wanted: { flavorId, vcpus: 2, ramMb: 1024 } }',
    'return sizeOf({ flavor, verdict } as AdmittedFlavor)',
    'return sizeOf({ flavor } as unknown as AdmittedFlavor)',
    'const size = { flavorId, ramMb: flavor.ramMb }',
  ]
  deepEqual(
    planted.filter(text => plant(text) === 0),
    [],
  )
  deepEqual(plant('return { wanted: sizeOf(admitted), from: instance.intent!.wanted }'), 0)
  deepEqual(plant('const more = flavor.ramMb - instance.intent!.wanted.ramMb'), 0)
  deepEqual(plant('return { flavor, verdict } as AdmittedFlavor', admittingFile), 0)
  deepEqual(plant("type Size = { ramMb: number | null }\nconst says = 'ramMb: 512' // wanted: more"), 0)
})

test('an operation that judges flavors without waivers is found', () => {
  const text =
    "import { decide } from '../../rules/allowed/flavor/decide.ts'\nconst verdict = decide({ id, flavor }, policy)"
  const plant = (text: string) => waiverViolations([{ path: 'src/operations/instances/a.ts', text }]).length
  deepEqual(plant(text), 1)
  deepEqual(plant(`${text}\nconst policy = await loadFlavorPolicyFor(ports, subject, [id])`), 0)
})

test('a route that gives out a forbidden flavor, and one without a request here, are found', async () => {
  const body = { properties: { instance: { properties: { flavorRef: {} } } } }
  const rows = [
    { method: 'POST', path: '/instances', operationId: 'createInstance', body },
    { method: 'POST', path: '/clusters', operationId: 'createCluster', body },
    { method: 'POST', path: '/backups', operationId: 'createBackup', body: { properties: { backup: {} } } },
  ]
  deepEqual(
    (await routeViolations(rows, async () => ({ status: 200, message: '' }))).map(
      each => each.split(/ (?:answers|can)/, 1)[0],
    ),
    ['POST /instances', 'POST /clusters'],
  )
})
