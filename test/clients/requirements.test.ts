import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { writeCatalogue } from '../stories/catalogue-plan.ts'
import { startWorld, type World } from '../world.ts'
import { clientsOf, type Ran } from './command.ts'

const flavors = `flavors:
  - { id: '1', name: tiny, vcpus: 1, ram: 512, disk: 1 }
  - { id: '2', name: small, vcpus: 1, ram: 2048, disk: 20 }
  - { id: '3', name: medium, vcpus: 2, ram: 4096, disk: 40, extra_specs: { 'quota:disk_write_iops_sec': 2000 } }
  - { id: '4', name: large, vcpus: 4, ram: 8192, disk: 80 }
  - { id: '5', name: wide, vcpus: 8, ram: 4096, disk: 40 }
`
const [small, medium, large, wide, tiny] = [
  'small (2: 1 vCPU, 2048 MiB RAM, 20 GiB disk)',
  'medium (3: 2 vCPU, 4096 MiB RAM, 40 GiB disk)',
  'large (4: 4 vCPU, 8192 MiB RAM, 80 GiB disk)',
  'wide (5: 8 vCPU, 4096 MiB RAM, 40 GiB disk)',
  'tiny (1: 1 vCPU, 512 MiB RAM, 1 GiB disk)',
]
const requirement = (text: string) => ['flavor_requirement', text] as const

/** Each kind of rule: the version that has it, a flavor that breaks it, why, and what would do. */
const rules = [
  ['listed', 'tiny', '1', 'it is not on the list of db listed', `Suitable flavors: ${small}, ${medium}.`],
  [
    'min',
    'tiny',
    '1',
    'it does not meet ram>=2048 (it has 512 MiB)',
    `Suitable flavors: ${small}, ${medium}, ${wide}, ${large}.`,
  ],
  [
    'max',
    'large',
    '4',
    'it does not meet ram<=4096 (it has 8192 MiB)',
    `Suitable flavors: ${tiny}, ${small}, ${medium}, ${wide}.`,
  ],
  [
    'ratio',
    'wide',
    '5',
    'it does not meet ram/vcpus>=1024 (it has 512 MiB per vCPU)',
    `Suitable flavors: ${small}, ${medium}, ${large}.`,
  ],
  [
    'iops',
    'small',
    '2',
    'it does not meet extra_specs[quota:disk_write_iops_sec]>=1000 (it does not define this property)',
    `Suitable flavors: ${medium}.`,
  ],
  [
    'unreadable',
    'medium',
    '3',
    "the requirement 'ram >= 2 GiB' is invalid, so no flavor meets it; contact your cloud operator",
    'None of the flavors available to your project is suitable.',
  ],
] as const

const images = [{ id: 'image', name: 'image', tags: [] }]

function defineTests() {
  describe('the stock openstack command, unmodified, and every rule that can speak against a flavor', {
    concurrency: 2,
  }, () => {
    let world: World
    let ids: Map<string, string>
    let run: ReturnType<typeof clientsOf>
    before(async () => {
      world = await startWorld({
        flavors,
        ports: { images: { list: async () => images.map(image => ({ ...image, manager: 'mysql', version: '1' })) } },
        conf: {
          DEFAULT: ['max_instances_per_tenant = 100', 'max_volumes_per_tenant = -1'],
          trovets: ['rate_limits = false'],
        },
      })
      ids = await writeCatalogue(world.database, {
        images,
        catalogue: {
          db: [
            { name: 'listed', flavors: ['2', '3'] },
            { name: 'min', rows: [requirement('ram>=2048')] },
            { name: 'max', rows: [requirement('ram<=4096')] },
            { name: 'ratio', rows: [requirement('ram/vcpus>=1024')] },
            { name: 'iops', rows: [requirement('extra_specs[quota:disk_write_iops_sec]>=1000')] },
            { name: 'unreadable', rows: [requirement('ram >= 2 GiB')] },
            { name: 'warned', flavors: ['3'], rows: [requirement('ram>=2048'), ['flavor_enforcement', 'warn']] },
          ],
        },
        instances: [
          { version: '$DB_LISTED', name: 'on-listed', flavor: '2', ours: true },
          { version: '$DB_MIN', name: 'on-min', flavor: '2', ours: true },
          { version: '$DB_MAX', name: 'on-max', flavor: '2', ours: true },
          { version: '$DB_RATIO', name: 'on-ratio', flavor: '2', ours: true },
          { version: '$DB_IOPS', name: 'on-iops', flavor: '3', ours: true },
          { version: '$DB_UNREADABLE', name: 'on-unreadable', flavor: '2', ours: true },
          { version: '$DB_WARNED', name: 'on-warned', flavor: '3', ours: true },
        ],
      })
      run = clientsOf(world)
    })
    after(() => world.stop())

    const demo = (line: string): Promise<Ran> => run({ line: `openstack ${line}`, who: 'demo' })
    const create = (name: string, flavor: string, version: string) =>
      demo(
        `database instance create ${name} --flavor ${flavor} --size 1 --datastore db --datastore-version ${version} -f json`,
      )
    const idOf = (version: string) => ids.get(`DB_${version.toUpperCase()}`)!

    for (const [version, flavor, id, why, wouldDo] of rules) {
      const sentence = () => `Flavor ${id} is not supported for datastore version ${idOf(version)}: ${why}. ${wouldDo}`

      it(`${version}: flavor list does not show ${flavor}`, async () => {
        const ran = await demo(`database flavor list --datastore-type db --datastore-version-id ${version} -f json`)
        assert.equal(ran.exitCode, 0, ran.shown)
        const names = (ran.stdout as { Name: string }[]).map(({ Name }) => Name)
        assert.ok(!names.includes(flavor), ran.shown)
      })

      it(`${version}: create with ${flavor} says why not, and what would do`, async () => {
        const { exitCode, stderr } = await create('refused', flavor, version)
        assert.deepEqual([exitCode, stderr], [1, [`${sentence()} (HTTP 400)`]])
      })

      it(`${version}: resize to ${flavor} says the same`, async () => {
        const { exitCode, stderr } = await demo(`database instance resize flavor on-${version} ${flavor}`)
        assert.deepEqual([exitCode, stderr], [1, [`${sentence()} (HTTP 400)`]])
      })
    }

    const warned = () =>
      `Flavor 1 is not supported for datastore version ${idOf('warned')}: it is not on the list of db warned; it does not meet ram>=2048 (it has 512 MiB).`

    it('warned: create says of what, in a row of its own', async () => {
      const ran = await create('of-warned', 'tiny', 'warned')
      assert.equal(ran.exitCode, 0, ran.shown)
      const { warnings, status } = ran.stdout as { warnings: string[]; status: string }
      const admitted = `${warned()} It is admitted anyway: this is only a warning.`
      assert.deepEqual([status, warnings], ['BUILD', [admitted]])
    })

    it('warned: resize is done; the command prints nothing, and show says of what', async () => {
      const ran = await demo('database instance resize flavor on-warned tiny')
      assert.deepEqual([ran.exitCode, ran.stdout, ran.stderr], [0, [], []], ran.shown)
      // As the worker would; there is none in this world.
      await world.database.kysely
        .updateTable('instances')
        .set({ flavor_id: '1' })
        .where('name', '=', 'on-warned')
        .execute()
      const shown = await demo('database instance show on-warned -f json')
      assert.deepEqual((shown.stdout as { warnings: string[] }).warnings, [warned()], shown.shown)
    })

    it('allowed: create and resize have nothing to add', async () => {
      const made = await create('of-min', 'medium', 'min')
      assert.equal(made.exitCode, 0, made.shown)
      assert.ok(!('warnings' in (made.stdout as object)), made.shown)
      const resized = await demo('database instance resize flavor on-max medium')
      assert.deepEqual([resized.exitCode, resized.stdout, resized.stderr], [0, [], []], resized.shown)
    })
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1') defineTests()
else console.log('not run: the stock openstack command with requirements; TROVE_TS_TEST_SYSTEM=1 runs it')
