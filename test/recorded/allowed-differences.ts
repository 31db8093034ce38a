import { privateFlavor, recordedIds } from './catalogue.ts'
import { type Answer, answerTo } from './exchange.ts'

/** Why we answer otherwise than the recorded Trove did, and what we answer instead. */
export type Difference = Readonly<{ why: string; ours: (recorded: Answer) => Answer }>
type Differences = Readonly<Record<string, Difference>>

const noKeystone = 'It needs a Keystone that can be away: the rig has one (test/openstack/recorded.rig.ts).'

/** Recordings that need a part which is not here. */
export const notReplayed: Readonly<Record<string, string>> = {
  'keystone-down-cached-token': noKeystone,
  'keystone-down-uncached-token': noKeystone,
  'keystone-down-no-token': noKeystone,
}

const names: Readonly<Record<number, string>> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  415: 'badMediaType',
  422: 'unprocessableEntity',
  501: 'notImplemented',
  503: 'serviceUnavailable',
}

const error = (status: number, message: string, data: object = {}): Answer => ({
  status,
  contentType: 'application/json',
  retryAfter: undefined,
  challenge: undefined,
  body: { [names[status]!]: { code: status, message, ...data } },
})

/** What comes of them where there is a Keystone. */
export const keystoneDifferences: Differences = {
  'keystone-down-uncached-token': {
    why: 'HTML errors become JSON (design §2, Differences), and this one says when to come back, and has an id.',
    ours: () => ({
      ...error(
        503,
        'The Keystone service is temporarily unavailable. Please keep this ID to help us figure out what went wrong: (…).',
      ),
      retryAfter: '10',
    }),
  },
}

/** The same difference at several places. */
const each = (recordings: readonly string[], difference: Difference): Differences =>
  Object.fromEntries(recordings.map(name => [name, difference]))

const withBody = <Body>(change: (body: Body) => unknown) => {
  return (recorded: Answer): Answer => ({ ...recorded, body: change(recorded.body as Body) })
}

const notOffered = (what: string): Difference => ({
  why: 'Not offered yet in this release, and 501 says so.',
  ours: () => error(501, `${what} not supported yet by this server.`),
})

const html = (status: number, message: string): Difference => ({
  why: 'HTML errors become JSON (design §2, Differences).',
  ours: () => error(status, message),
})

const otherProject: Difference = {
  why: 'HTML errors become JSON (design §2, Differences), and this one says what the path must begin with.',
  ours: ({ body }) => {
    const [, id] = /User with tenant id (\w+)/.exec(String(body))!
    return error(
      403,
      `Access was denied to this resource. The path must begin with '/v1.0/${id}/': the id of the token's project, not its name.`,
    )
  },
}

// Exactly the flavors that a project may use, its private ones included.

type FlavorList = { flavors: object[] }

const link = (path: string) => `https://127.0.0.1:18779/${path}`

const privateFlavorView = {
  id: Number(privateFlavor.id),
  links: [
    { href: link(`v1.0/${recordedIds.demoProject}/flavors/${privateFlavor.id}`), rel: 'self' },
    { href: link(`flavors/${privateFlavor.id}`), rel: 'bookmark' },
  ],
  name: privateFlavor.name,
  ram: privateFlavor.ramMb,
  vcpus: privateFlavor.vcpus,
  disk: privateFlavor.diskGb,
  ephemeral: privateFlavor.ephemeralGb,
  str_id: privateFlavor.id,
}

const privateFlavorToo: Difference = {
  why:
    'Trove asks Nova as its service user and so never lists a flavor that is private to the caller’s project. ' +
    'Here a tenant sees exactly the flavors its project may use (design §2, Differences).',
  ours: withBody(({ flavors }: FlavorList) => ({ flavors: [...flavors, privateFlavorView] })),
}

// Trove 18 and the current Trove.

const addedSince = { registry_ext: null, repl_strategy: null }

type Version = { active: unknown }
type Versions = { versions: Version[] }
type Datastore = { name: string }

/** Trove 18's table had an integer where the current one has a boolean. */
const versionOfToday = (version: Version) => ({ ...version, ...addedSince, active: Boolean(version.active) })

const whyToday =
  'Current Trove gives an admin `registry_ext` and `repl_strategy` as well, and `active` as a boolean in lists, too; ' +
  'Trove 18 does not (wire-contract §3 and §4: D, V and M).'

const byName: Difference = {
  why: 'Trove’s list of datastores has no order of its own and differs from call to call; here it is by name (trove-baseline §a).',
  ours: withBody(({ datastores }: { datastores: Datastore[] }) => ({
    datastores: datastores.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })),
}

type Managed = Version & { datastore_id: string; name: string }

const managedOfToday: Difference = {
  why: `${whyToday} And Trove’s list has no order of its own; here it is by datastore, name and number.`,
  ours: withBody(({ versions }: { versions: Managed[] }) => ({
    versions: versions
      .toSorted((a, b) => (`${a.datastore_id} ${a.name}` < `${b.datastore_id} ${b.name}` ? -1 : 1))
      .map(versionOfToday),
  })),
}

const versionOfTodayAlone: Difference = {
  why: whyToday,
  ours: withBody(({ version }: { version: Version }) => ({ version: versionOfToday(version) })),
}

type VolumeTypes = { volume_types: { name: string }[] }

const standardType = { id: 'standard', name: 'standard', is_public: true, description: null }

const volumeTypesByName: Difference = {
  why: 'Cinder’s list has its own order; here it is by name. And the type `standard` is always there (decision 0011).',
  ours: withBody(({ volume_types: types }: VolumeTypes) => ({
    volume_types: [...types, standardType].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })),
}

const malformed = 'Malformed request body'

const formRefused = html(
  415,
  'The request media type application/x-www-form-urlencoded is not supported by this server.',
)

const allowedForMysql = [
  { id: '2', name: 'm1.small' },
  { id: '3', name: 'm1.medium' },
  { id: recordedIds.uuidFlavor, name: 'db.highmem' },
]

const refusedWithReasons = (code: 'not_associated' | 'flavor_unknown', reason: string): Difference => ({
  why: 'A refusal starts with Trove’s own sentence and goes on with reasons and flavors that would do (design §2).',
  ours: recorded => {
    const { message } = (recorded.body as { badRequest: { message: string } }).badRequest
    return error(
      400,
      `${message}: ${reason}. Suitable flavors: ` +
        'm1.small (2: 1 vCPU, 2048 MiB RAM, 20 GiB disk), m1.medium (3: 2 vCPU, 4096 MiB RAM, 40 GiB disk), ' +
        `db.highmem (${recordedIds.uuidFlavor}: 4 vCPU, 32768 MiB RAM, 10 GiB disk).`,
      { reasons: [{ code, level: 'refuse', source: 'version' }], allowed_flavors: allowedForMysql },
    )
  },
})

const notListed = refusedWithReasons('not_associated', 'it is not on the list of mysql 8.0')
const noSuchFlavor = refusedWithReasons('flavor_unknown', 'there is no flavor with this id')

const invalid: Difference = {
  why: '`{}` and other malformed bodies are 400, never 500 (design §2, Differences).',
  ours: () => error(400, 'Validation error: …'),
}

const nothingAgainst = { allowed: true, reasons: [], message: null }

const recordedFlavor = (id: string) =>
  (answerTo('flavors').body as { flavors: { str_id: string }[] }).flavors.find(flavor => flavor.str_id === id)

type Made = { volume: object }

const whyStep =
  'An instance says what is being done to it, and of which type its volume is (design §5, decision 0011): ' +
  '`task_description` and `volume.type` are beside what Trove says.'
const withStep = (instance: Made) => ({
  ...instance,
  volume: { ...instance.volume, type: 'standard' },
  task_description: 'Waiting for a worker.',
})

/** By name of the recording. What is not listed here is answered as recorded. */
export const allowedDifferences: Differences = {
  ...each(['versions-v1.0-noslash-token', 'tenant-root'], otherProject),
  ...each(['err-other-tenant', 'err-other-tenant-admin', 'err-alt-in-demo', 'err-unknown-tenant'], otherProject),
  ...each(['datastores', 'datastores-dotjson', 'datastores-limit1'], byName),
  ...each(['inactive-version-datastores-demo', 'nova-down-datastores'], byName),
  'datastore-by-id-admin': {
    why: whyToday,
    ours: withBody(({ datastore }: { datastore: Versions }) => ({
      datastore: { ...datastore, versions: datastore.versions.map(versionOfToday) },
    })),
  },
  'inactive-version-list-admin': {
    why: whyToday,
    ours: withBody(({ versions }: Versions) => ({ versions: versions.map(versionOfToday) })),
  },
  ...each(['version-by-uuid-only-admin', 'mgmt-show-admin'], versionOfTodayAlone),
  ...each(['mgmt-list-admin', 'mgmt-list-admin-after-create', 'mgmt-list-admin-after-delete'], managedOfToday),
  ...each(['flavors', 'flavors-limit', 'flavors-accept-xml', 'flavors-accept-trove'], privateFlavorToo),
  ...each(['assoc-postgresql-with-private-and-deleted', 'assoc-only-private', 'assoc-all-deleted'], privateFlavorToo),
  'version-flavors-by-names': {
    why: 'Trove takes a version name for an unknown id and lists every flavor; here a name works (design §2, Differences).',
    ours: () => answerTo('version-flavors-datastore-name'),
  },
  'version-flavors-unknown-version': {
    why: 'An unknown version in the flavors listing is 404, not “every flavor” (design §2, Differences).',
    ours: () => error(404, "Datastore version '00000000-0000-0000-0000-000000000000' cannot be found."),
  },
  'version-flavors-one': {
    why: 'Trove has no such route; here it gives the verdict on one flavor (design §5, REST).',
    ours: recorded => ({
      ...recorded,
      status: 200,
      body: { flavor: { ...recordedFlavor('2'), verdict: nothingAgainst } },
    }),
  },
  'flavors-of-datastore-version-id': {
    why: 'The spec’s own URL: below /flavors the id of a datastore version lists its flavors (design §5, REST).',
    ours: () => answerTo('version-flavors-datastore-name'),
  },
  'flavor-missing-name': {
    why: 'Wherever a flavor is meant, its name works as well as its id (design §11, By name).',
    ours: recorded => ({ ...recorded, status: 200, body: { flavor: recordedFlavor('1') } }),
  },
  'flavor-utf8': {
    why: 'Trove 18 decodes the id twice and says Ã© for é; the sentence names the id that was asked for.',
    ours: () => error(404, 'Resource é cannot be found.'),
  },
  'flavor-bad-utf8': {
    why: 'Malformed input is 400, never 500, and no traceback goes out (design §2, Differences).',
    ours: () => error(400, 'The URL is not well-formed UTF-8.'),
  },
  ...each(['err-versions-post', 'err-versions-delete'], {
    why:
      'Trove’s route names no method, so a DELETE lists and a POST is a 500. Here a wrong method is 404 like everywhere ' +
      'else (wire-contract §0, method mismatch; §3, POST/PUT).',
    ours: () => error(404, 'The resource could not be found.'),
  }),
  'version-parameters': notOffered('Configuration parameters are'),
  ...each(['volume-types', 'volume-types-admin'], volumeTypesByName),
  'volume-types-unknown-version': {
    why: 'An unknown version in a listing of what it allows is 404, not “everything” (design §2, Differences).',
    ours: () => error(404, "Datastore version '00000000-0000-0000-0000-000000000000' cannot be found."),
  },
  clusters: notOffered('Clusters are'),
  backups: notOffered('Backups are'),
  configurations: notOffered('Configuration groups are'),
  modules: notOffered('Modules are'),
  ...each(['post-instance-unassociated-flavor', 'post-instance-unassociated-flavor-int'], notListed),
  'post-instance-unknown-flavor': noSuchFlavor,
  ...each(['post-instance-empty-object', 'post-instance-empty-body', 'post-instance-array'], invalid),
  ...each(['post-instance-ok', 'post-instance-unrestricted', 'post-instance-default-version'], {
    why: whyStep,
    ours: withBody(({ instance }: { instance: Made }) => ({ instance: withStep(instance) })),
  }),
  'instance-list-detail': {
    why: whyStep,
    ours: withBody(({ instances }: { instances: Made[] }) => ({ instances: instances.map(withStep) })),
  },
  ...each(['post-instance-malformed-json', 'mgmt-create-admin-malformed'], html(400, malformed)),
  'post-instance-form-content-type': formRefused,
}

type Created = {
  instance: {
    name: string
    flavor: { id: string }
    datastore: { type: string; version: string; version_number: string }
    volume: { size: number }
  }
}

/** What a dry run answers to the same body, where that differs from what the create was recorded to answer. */
export const dryRunDifferences: Differences = {
  ...each(['post-instance-unassociated-flavor', 'post-instance-unassociated-flavor-int'], notListed),
  'post-instance-unknown-flavor': noSuchFlavor,
  ...each(['post-instance-empty-object', 'post-instance-empty-body', 'post-instance-array'], invalid),
  'post-instance-malformed-json': html(400, malformed),
  'post-instance-form-content-type': formRefused,
  ...each(['post-instance-ok', 'post-instance-unrestricted', 'post-instance-default-version'], {
    why: 'A dry run creates nothing: it answers the verdict and the request as it was understood (design §5, REST).',
    ours: withBody(({ instance }: Created) => ({
      verdict: nothingAgainst,
      instance: {
        name: instance.name,
        flavor: recordedFlavor(instance.flavor.id),
        volume: { ...instance.volume, type: 'standard' },
        datastore: {
          id: instance.datastore.type === 'mysql' ? recordedIds.mysql : recordedIds.postgresql,
          type: instance.datastore.type,
          version: instance.datastore.version,
          version_id: instance.datastore.type === 'mysql' ? recordedIds.mysqlVersion : recordedIds.postgresqlVersion,
          version_number: instance.datastore.version_number,
        },
        image: { id: recordedIds.image, name: 'rig-tiny' },
      },
    })),
  }),
}

const createdByTrove: Difference = {
  why: 'Beside a Trove, that Trove creates the instances (decision 0021).',
  ours: () =>
    error(
      422,
      'Instances are created by another Trove, not by this server. Send the request to the endpoint of that Trove.',
    ),
}

const volumeTypesOfCinder: Difference = {
  why: 'Cinder’s list has its own order; here it is by name.',
  ours: withBody(({ volume_types: types }: VolumeTypes) => ({
    volume_types: types.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })),
}

const { 'instance-list-detail': _, ...othersBesideTrove } = allowedDifferences

/** The same beside a Trove that creates the instances, with a Cinder. */
export const besideTroveDifferences: Differences = {
  ...othersBesideTrove,
  ...each(['post-instance-ok', 'post-instance-unrestricted', 'post-instance-default-version'], createdByTrove),
  ...each(['volume-types', 'volume-types-admin'], volumeTypesOfCinder),
}
