import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readFileToCheck } from './read-file.ts'
import type { RequestedInstance } from './requested-instance.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-files-'))
})
after(() => rmSync(folder, { recursive: true }))

const stdin = async () => {
  throw new Error('standard input is not read')
}

function write(name: string, text: string): string {
  mkdirSync(join(folder, 'nested'), { recursive: true })
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

async function instancesOf(text: string, parameters: Record<string, string> = {}, name = 'db.yaml') {
  const given = new Map(Object.entries(parameters).map(([key, value]) => [key, { value }]))
  return (await readFileToCheck(write(name, text), given, stdin)).instances
}

async function problemOf(text: string, name = 'db.yaml'): Promise<string> {
  try {
    await instancesOf(text, {}, name)
    return 'none'
  } catch (error) {
    return (error as Error).message.replace(`${folder}/`, '')
  }
}

/** What is asked for an instance, in short. */
function short({ address, place, request, omissions }: RequestedInstance): string {
  const at = `${place.line}:${place.column} ${address}`
  const more = omissions.map(each => ` (${each})`).join('')
  if (request.kind !== 'create') return `${at}: ${'reason' in request ? request.reason : ''}`
  const { flavorRef, volume, datastore } = request.body
  return `${at}: ${flavorRef} ${volume?.size} ${datastore?.type ?? '-'} ${datastore?.version ?? '-'}${more}`
}
const shorts = async (text: string, parameters?: Record<string, string>) =>
  (await instancesOf(text, parameters)).map(short)

const hot = (resources: string, rest = '') => `heat_template_version: 2018-08-31\n${rest}resources:\n${resources}`
const instance = (properties: string, name = 'db') =>
  `  ${name}:\n    type: OS::Trove::Instance\n    properties: { ${properties} }\n`

describe('a template', () => {
  test('asks for its instances, by name or id of a flavor, at the line of the flavor', async () => {
    const text = hot(`  db:
    type: OS::Trove::Instance
    properties:
      name: shop
      size: 5
      datastore_type: mysql
      datastore_version: 8.0
      flavor: db.small
`)
    const [found] = await instancesOf(text)
    assert.deepEqual(found, {
      address: 'db',
      place: { path: join(folder, 'db.yaml'), line: 10, column: 7 },
      region: undefined,
      flavorField: 'flavor',
      omissions: [],
      request: {
        kind: 'create',
        isFlavorByName: true,
        body: {
          name: 'shop',
          flavorRef: 'db.small',
          volume: { size: 5 },
          datastore: { type: 'mysql', version: '8.0' },
        },
      },
    })
  })

  test('in JSON is read as well, with its lines', async () => {
    const resources = { db: { type: 'OS::Trove::Instance', properties: { flavor: '2', size: 1 } } }
    const text = JSON.stringify({ heat_template_version: '2018-08-31', resources }, null, 2)
    assert.deepEqual(await shorts(text), ['7:9 db: 2 1 - -'])
  })

  test('has parameters: the given value, else the default, by their type', async () => {
    const parameters = `parameters:
  flavor: { type: string }
  size: { type: number, default: 3 }
  map: { type: json, default: { version: "5.7" } }
  list: { type: comma_delimited_list, default: "a,mysql" }
`
    const text = hot(
      instance(
        'flavor: { get_param: flavor }, size: { get_param: size }, datastore_type: { get_param: [list, 1] }, datastore_version: { get_param: [map, version] }',
      ),
      parameters,
    )
    assert.deepEqual(await shorts(text, { flavor: '13' }), ['10:19 db: 13 3 mysql 5.7'])
    assert.deepEqual(await shorts(text, { flavor: '13', size: '9', list: 'b, redis', map: '{"version": 7}' }), [
      '10:19 db: 13 9 redis 7',
    ])
    assert.deepEqual(await shorts(text), [
      "10:19 db: flavor uses the parameter 'flavor', which has no default: pass --parameter flavor=VALUE",
    ])
    assert.deepEqual(await shorts(text, { flavor: '1', map: '{hunter2' }), [
      "10:19 db: datastore_version uses the parameter 'map', whose value is not valid JSON",
    ])
    assert.deepEqual(await shorts(hot(instance('flavor: { get_param: nothing }'))), [
      "5:19 db: flavor uses the parameter 'nothing', which the template does not have",
    ])
  })

  /** The functions of HOT, as the value of a flavor. */
  const functions: readonly (readonly [value: string, flavor: string])[] = [
    ['{ str_replace: { template: db.SIZE, params: { SIZE: small } } }', 'db.small'],
    ['{ str_replace_strict: { template: AB-A, params: { A: 1, AB: 2 } } }', '2-1'],
    ['{ list_join: [".", [db, { get_param: size }]] }', 'db.large'],
    ['{ list_join: ["", [d, b], [.x]] }', 'db.x'],
    ['{ if: [is_large, db.large, db.small] }', 'db.large'],
    ['{ if: [{ not: is_large }, db.large, db.small] }', 'db.small'],
    ['{ if: [{ and: [is_large, { equals: [1, 2] }] }, a, b] }', 'b'],
    ['{ if: [{ or: [is_unknown, is_large] }, a, b] }', 'a'],
    ['{ get_attr: [other, flavor] }', 'flavor uses get_attr, which is known after the stack is created'],
    ['{ get_resource: flavor }', 'flavor uses get_resource, which is known after the stack is created'],
    ['{ yaql: { expression: $.x } }', 'flavor uses yaql, which is not evaluated here'],
    ['{ if: [is_unknown, a, b] }', 'flavor uses if with a condition that is not evaluated here'],
    ['{ if: [in_a_circle, a, b] }', 'flavor uses if with a condition that is not evaluated here'],
    ['{ str_replace: x }', 'flavor uses str_replace in a way that Heat does not read'],
  ]
  const declared = `parameters: { size: { type: string, default: large } }
conditions:
  is_large: { equals: [{ get_param: size }, large] }
  is_unknown: { yaql: { expression: $ } }
  in_a_circle: { not: in_a_circle }
`
  for (const [value, flavor] of functions)
    test(`with the flavor ${value} asks for ${flavor}`, async () => {
      const [found] = await shorts(hot(instance(`flavor: ${value}, size: 1`), declared))
      assert.equal(found, `10:19 db: ${flavor}${flavor.startsWith('flavor') ? '' : ' 1 - -'}`)
    })

  test('creates nothing for a false condition and an external_id, and says if a condition is not evaluated', async () => {
    const text = hot(
      `${instance('flavor: a', 'a')}    condition: is_large
${instance('flavor: b', 'b')}    condition: { not: is_large }
${instance('flavor: c', 'c')}    condition: is_unknown
${instance('flavor: d', 'd')}    external_id: 6f6b
`,
      declared,
    )
    assert.deepEqual(await shorts(text), [
      '10:19 a: a undefined - -',
      '18:19 c: c undefined - - (condition is not evaluated here)',
    ])
  })

  test('asks with databases, users and networks, without those that are not known, and never with a password', async () => {
    const text = hot(`  db:
    type: OS::Trove::Instance
    properties:
      flavor: '1'
      size: 1
      networks: [{ network: { get_resource: net } }]
      availability_zone: nova
      databases: [{ name: app }]
      users: [{ name: ann, password: { get_attr: [secret, value] }, databases: [app] }]
`)
    const [found] = await instancesOf(text)
    assert.deepEqual(found!.omissions, ['networks uses get_resource, which is known after the stack is created'])
    const { request } = found!
    assert.deepEqual(request.kind === 'create' && request.body, {
      name: 'name-is-not-known',
      flavorRef: '1',
      volume: { size: 1 },
      availability_zone: 'nova',
      databases: [{ name: 'app', character_set: 'utf8', collate: 'utf8_general_ci' }],
      users: [{ name: 'ann', password: 'password-is-not-sent', databases: [{ name: 'app' }] }],
    })
  })

  test('asks for each member of a cluster', async () => {
    const text = hot(`  ring:
    type: OS::Trove::Cluster
    properties:
      datastore_type: redis
      datastore_version: "7"
      instances:
        - { flavor: db.small, volume_size: 2 }
        - { flavor: { get_attr: [x, y] }, volume_size: 2 }
`)
    assert.deepEqual(await shorts(text), [
      '9:13 ring.instances[0]: db.small 2 redis 7',
      '10:13 ring.instances[1]: flavor uses get_attr, which is known after the stack is created',
    ])
  })

  test('asks for each member of a group, with its number', async () => {
    const member = (indent: string, properties: string) =>
      `{ type: OS::Trove::Instance, ${indent}properties: { ${properties} } }`
    const text = hot(`  group:
    type: OS::Heat::ResourceGroup
    properties:
      count: 2
      resource_def: ${member('', 'name: db-%index%, flavor: db.%index%, size: 1')}
  unknown:
    type: OS::Heat::ResourceGroup
    properties:
      count: { get_attr: [x, y] }
      resource_def: ${member('', 'flavor: a')}
  scaled:
    type: OS::Heat::AutoScalingGroup
    properties: { min_size: 1, max_size: 3, resource: ${member('', 'flavor: b')} }
  outer:
    type: OS::Heat::ResourceGroup
    properties:
      resource_def: { type: OS::Heat::ResourceGroup, properties: { count: 2, index_var: N, resource_def: ${member('', 'flavor: fN')} } }
`)
    assert.deepEqual(
      (await shorts(text)).map(each => each.replace(/^\d+:\d+ /, '')),
      [
        'group[0]: db.0 1 - -',
        'group[1]: db.1 1 - -',
        'unknown[0]: a undefined - - (count uses get_attr, which is known after the stack is created)',
        'scaled: b undefined - -',
        'outer[0][0]: f0 undefined - -',
        'outer[0][1]: f1 undefined - -',
      ],
    )
  })

  test('is read with the templates that it uses as types', async () => {
    write(
      'nested/db.yaml',
      hot(
        instance('flavor: { get_param: flavor }, size: { get_param: size }'),
        'parameters:\n  flavor: {}\n  size: { default: 7 }\n',
      ),
    )
    const text = hot(`  one: { type: nested/db.yaml, properties: { flavor: db.small } }
  late: { type: nested/db.yaml, properties: { flavor: { get_attr: [x, y] } } }
  missing: { type: nested/none.yaml }
  web: { type: "https://hot.example/db.yaml" }
`)
    const found = await instancesOf(text)
    assert.deepEqual(found.map(short), [
      '8:19 one.db: db.small 7 - -',
      '8:19 late.db: flavor uses get_attr, which is known after the stack is created',
      '5:3 missing: its template nested/none.yaml cannot be read: file not found',
      '6:3 web: its template https://hot.example/db.yaml is not fetched; check that file itself',
    ])
    assert.equal(found[0]!.place.path, join(folder, 'nested/db.yaml'))
  })

  test('that contains itself, or multiplies groups, is refused without filling the memory', async () => {
    const itself = Array.from({ length: 9 }, (_, index) => `  r${index}: { type: db.yaml }\n`).join('')
    assert.match(
      await problemOf(hot(itself)),
      /^db\.yaml cannot be checked: it has more than 5000 resources, with those of its groups and nested templates\.$/,
    )
    const group = (inner: string) =>
      `{ type: OS::Heat::ResourceGroup, properties: { count: 1000000000, resource_def: ${inner} } }`
    assert.match(
      await problemOf(hot(`  a: ${group(group('{ type: OS::Trove::Instance }'))}\n`)),
      /more than 5000 resources/,
    )
  })
})

test('a file that cannot be checked is refused with what to do, and without quoting it', async () => {
  const log = '{"@level":"info","@message":"hunter2"}\n{"@level":"info"}\n'
  const problems: readonly (readonly [text: string, name: string, problem: RegExp])[] = [
    [
      'PK\u0003\u0004...',
      'plan.bin',
      /^plan\.bin cannot be checked: it is a plan in Terraform's binary format\. Run `terraform show -json/,
    ],
    [log, 'plan.json', /it is the log of `terraform plan -json`, not the plan\. Run `terraform show -json plan\.bin/],
    ['{"format_version":"1.0","values":{}}', 'state.json', /it is the state of Terraform, not a plan\./],
    [
      'resource "x" "y" {\n}\n',
      'main.tf',
      /^main\.tf cannot be checked: it is a configuration, not a plan\. Run `terraform show/,
    ],
    ['{"a": hunter2 hunter2: "', 'plan.json', /^plan\.json cannot be checked: it is neither a plan/],
    [
      'AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n',
      'a.yaml',
      /CloudFormation, which is not supported\. Rewrite it as HOT\.$/,
    ],
    [
      'a: 1\n',
      'a.yaml',
      /it is neither a plan of Terraform nor a HOT template\. For a plan, run `terraform show -json/,
    ],
    [
      'heat_template_version: *hunter2\n',
      'a.yaml',
      /^a\.yaml cannot be checked: line 1, column 24 is not valid YAML\.$/,
    ],
    ['', 'a.yaml', /it is neither a plan/],
    [`heat_template_version: ${'['.repeat(1000)}`, 'a.yaml', /more than 64 levels of nesting: reduce the nesting\.$/],
    [
      `heat_template_version: 2018-08-31\n# ${'x'.repeat(2 ** 21)}\n`,
      'a.yaml',
      /larger than a template may be \(2 MiB\)\.$/,
    ],
  ]
  for (const [text, name, problem] of problems) {
    const words = await problemOf(text, name)
    assert.match(words, problem)
    assert.doesNotMatch(words, /hunter2/)
  }
  await assert.rejects(
    readFileToCheck(join(folder, 'none'), new Map(), stdin),
    /none cannot be checked: file not found\.$/,
  )
  await assert.rejects(readFileToCheck(folder, new Map(), stdin), /cannot be checked: it is a folder\.$/)
})

test('a file can come from standard input', async () => {
  const text = hot(instance('flavor: a'))
  const { instances } = await readFileToCheck('-', new Map(), async () => text)
  assert.deepEqual(
    instances.map(({ place }) => place.path),
    ['-'],
  )
  await assert.rejects(
    readFileToCheck('-', new Map(), async () => 'a: 1'),
    /^Fault: standard input cannot be checked: it is neither/,
  )
})
