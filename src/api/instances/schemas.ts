import { type TSchema, Type } from 'typebox'
import { database, user } from '../contents/schemas.ts'
import { flavor, flavorFields, judgedExample, verdict } from '../flavors/schemas.ts'
import type { View } from '../route.ts'
import { date, flavorRef, hasAlphanumeric, linkList, nonEmpty, orNull, volumeSize } from '../schema-parts.ts'

const access = Type.Object({
  is_public: Type.Optional(Type.Boolean()),
  allowed_cidrs: Type.Optional(Type.Array(Type.String())),
})

export const createInstance = Type.Object({
  instance: Type.Object({
    name: nonEmpty({ pattern: hasAlphanumeric }),
    flavorRef: Type.Optional(flavorRef),
    volume: Type.Optional(
      Type.Object({
        size: volumeSize,
        type: Type.Optional(orNull(Type.String({ description: 'Name or id of a volume type.' }))),
      }),
    ),
    datastore: Type.Optional(
      Type.Object({
        type: Type.Optional(nonEmpty()),
        version: Type.Optional(nonEmpty()),
        version_number: Type.Optional(nonEmpty()),
      }),
    ),
    databases: Type.Optional(Type.Array(database)),
    users: Type.Optional(Type.Array(user)),
    availability_zone: Type.Optional(Type.String()),
    nics: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems: 1 })),
    access: Type.Optional(access),
  }),
})

export const changeInstance = Type.Object({
  instance: Type.Object({
    name: Type.Optional(nonEmpty({ pattern: hasAlphanumeric })),
    replica_of: Type.Optional(Type.Unknown()),
    slave_of: Type.Optional(Type.Unknown()),
    configuration: Type.Optional(Type.Unknown()),
    datastore_version: Type.Optional(
      Type.String({ minLength: 1, description: 'Id or name of the version to move to.' }),
    ),
    access: Type.Optional(Type.Unknown()),
  }),
})

export type ChangeInstance = View<typeof changeInstance>

const nothing = Type.Optional(orNull(Type.Object({})))

export const instanceAction = Type.Object(
  {
    restart: Type.Optional(Type.Object({})),
    resize: Type.Optional(
      Type.Object({
        flavorRef: Type.Optional(flavorRef),
        volume: Type.Optional(Type.Object({ size: volumeSize })),
      }),
    ),
    reset_status: nothing,
    force_delete: nothing,
    promote_to_replica_source: nothing,
    eject_replica_source: nothing,
  },
  { description: 'Exactly one of them; `reset_status` and `force_delete` are for admins.' },
)

export type InstanceAction = View<typeof instanceAction>

export const managedInstanceAction = Type.Object(
  {
    'reset-task-status': nothing,
    reboot: nothing,
    stop: nothing,
    migrate: Type.Optional(Type.Unknown()),
    rebuild: Type.Optional(Type.Unknown()),
  },
  { description: 'Exactly one of them.' },
)

export type ManagedInstanceAction = View<typeof managedInstanceAction>

const deletedToo = Type.Optional(Type.String({ description: '`true`: those that are gone.' }))
const listed = {
  limit: Type.Optional(Type.String({ description: 'Instances on a page; twenty at most.' })),
  marker: Type.Optional(Type.String({ description: 'As the link to the next page has it.' })),
  include_clustered: Type.Optional(Type.String({ description: '`true`: those that belong to a cluster, too.' })),
}

/** The queries of the lists of instances. */
export const instancesQuery = Type.Object(listed)
export const managedInstancesQuery = Type.Object({
  ...listed,
  deleted: deletedToo,
  project_id: Type.Optional(Type.String({ description: 'Only the instances of this project.' })),
})
export const managedInstanceQuery = Type.Object({ deleted: deletedToo })

// What comes back.

const reference = Type.Object({ id: Type.String(), links: linkList })

export const volume = Type.Object({
  size: Type.Integer({ description: 'GiB' }),
  type: Type.Optional(Type.String({ description: 'Name of the volume type; in details, where it is known.' })),
  used: Type.Optional(Type.Number({ description: 'GiB that data and log take, as last measured.' })),
  used_percent: Type.Optional(Type.Number()),
  used_at: Type.Optional(Type.String({ description: 'When that was measured.' })),
})

const instanceFields = {
  id: Type.String(),
  name: Type.String(),
  status: Type.String({ description: 'BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR …' }),
  operating_status: Type.String({ description: 'HEALTHY once it runs; empty before.' }),
  links: linkList,
  flavor: reference,
  datastore: Type.Object({
    type: orNull(Type.String()),
    version: orNull(Type.String()),
    version_number: Type.Optional(orNull(Type.String())),
  }),
  region: orNull(Type.String()),
  access: Type.Object({}, { additionalProperties: true }),
  tenant_id: Type.Optional(Type.String({ description: 'Admins only.' })),
  volume: Type.Optional(volume),
  hostname: Type.Optional(Type.String()),
  ip: Type.Optional(Type.Array(Type.String())),
  addresses: Type.Optional(
    Type.Array(Type.Object({ address: Type.String(), type: Type.String(), network: Type.String() })),
  ),
  port: Type.Optional(Type.Integer({ description: 'Where the database server listens.' })),
  connection: Type.Optional(Type.Object({ host: Type.String(), port: Type.Integer() })),
  replica_of: Type.Optional(reference),
}

export const instance = Type.Object(instanceFields)

const isolation = Type.Object(
  {
    user: Type.Union([Type.Literal('own'), Type.Literal('shared'), Type.Literal('service')], {
      description:
        'Whose processes they are: of a system user of its own, of one for all instances, of the service itself.',
    }),
    view: Type.Boolean({ description: 'It sees its own files and processes only.' }),
    network: Type.Boolean({ description: 'It cannot open connections.' }),
    memory: Type.Boolean({ description: 'The system keeps it within the memory of its flavor.' }),
    cpu: Type.Boolean({ description: 'The system keeps it within the vCPUs of its flavor.' }),
    processes: Type.Boolean({ description: 'The system limits the number of its processes.' }),
  },
  { description: 'What has kept its processes apart since its last start; for admins.' },
)

const instanceDetailFields = {
  ...instanceFields,
  created: date,
  updated: date,
  service_status_updated: orNull(date),
  task_description: Type.Optional(Type.String({ description: 'What is being done just now.' })),
  fault: Type.Optional(
    Type.Object({
      message: Type.String(),
      created: date,
      details: orNull(Type.String({ description: 'Admins only.' })),
    }),
  ),
  warnings: Type.Optional(
    Type.Array(Type.String(), {
      description: 'What the rule of its datastore version has to say of its flavor; only where one instance is shown.',
    }),
  ),
  cluster_id: Type.Optional(Type.String()),
  shard_id: Type.Optional(Type.String()),
  server_id: Type.Optional(orNull(Type.String())),
  volume_id: Type.Optional(orNull(Type.String())),
  encrypted_rpc_messaging: Type.Optional(Type.Boolean()),
  isolation: Type.Optional(isolation),
}

export const instanceDetail = Type.Object(instanceDetailFields)

export const managedInstance = Type.Object({
  ...instanceDetailFields,
  server: Type.Null(),
  service_status: Type.String(),
  deleted: Type.Boolean(),
  deleted_at: orNull(date),
  task_description: Type.String(),
})

const nextLinks = Type.Array(Type.Object({ rel: Type.Literal('next'), href: Type.String() }))

export const pageLinks = Type.Object({ links: Type.Optional(nextLinks), instances_links: Type.Optional(nextLinks) })

const paged = <Entry extends TSchema>(entry: Entry) =>
  Type.Object({ instances: Type.Array(entry), ...pageLinks.properties })

export const resizeTarget = Type.Object({
  ...flavorFields,
  verdict,
  current: Type.Boolean({ description: 'Whether the instance has it.' }),
  resize: Type.Object({
    possible: Type.Boolean(),
    message: orNull(Type.String({ description: 'What a resize would be refused with.' })),
  }),
})

export const replies = {
  resizeTargets: Type.Object(
    {
      flavors: Type.Array(resizeTarget),
    },
    {
      examples: [
        {
          flavors: [
            {
              ...judgedExample,
              current: false,
              resize: {
                possible: false,
                message:
                  'Flavor 1 is not supported for datastore version 4ca7e035-97cb-4cfc-ad97-381f5dc18e99: it does not meet ram>=2048 (it has 512 MiB).',
              },
            },
          ],
        },
      ],
    },
  ),
  admission: Type.Object({
    verdict,
    instance: Type.Object({
      name: Type.String(),
      flavor,
      volume: Type.Object({
        size: Type.Integer(),
        type: orNull(Type.String({ description: 'Null: the default of whoever makes volumes.' })),
      }),
      datastore: Type.Object({
        id: Type.String(),
        type: Type.String(),
        version: Type.String(),
        version_id: Type.String(),
        version_number: Type.String(),
      }),
      image: Type.Object({ id: Type.String(), name: Type.String() }),
    }),
  }),

  instances: paged(instance),
  instanceDetails: paged(instanceDetail),
  instance: Type.Object({ instance: instanceDetail }),
  managedInstances: paged(managedInstance),
  managedInstance: Type.Object({ instance: managedInstance }),
  actionAccepted: orNull(
    Type.Object(
      { warnings: Type.Array(Type.String()) },
      {
        description: 'The body is empty, but after a resize to a flavor that the datastore version only warns of.',
        examples: [
          {
            warnings: [
              'Flavor 1 is not supported for datastore version 4ca7e035-97cb-4cfc-ad97-381f5dc18e99: it does not meet ram>=2048 (it has 512 MiB). It is admitted all the same, because this version only warns.',
            ],
          },
        ],
      },
    ),
  ),
}
