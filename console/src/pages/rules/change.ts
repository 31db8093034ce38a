import { type Answer, trove } from '../../api/trove.ts'

/** The effect on the flavors of a version, as the API has it. */
export type FlavorEffect = Answer<'setFlavorPolicy'>['effect']
export type VolumeTypeEffect = NonNullable<Answer<'associateVolumeTypes'>>['effect']
type Touched = NonNullable<Answer<'setFlavorPolicy'>['dry_run']>

/** What the API answers about a change, in one form for all changes. */
export type Outcome = Readonly<{
  effects: readonly Readonly<{
    /** The id of the version. */
    id: string
    /** Its name; undefined where the page says it. */
    name?: string
    flavors?: FlavorEffect | null
    volumeTypes?: VolumeTypeEffect | null
  }>[]
  warnings?: readonly string[] | undefined
  /** Only of a dry run. */
  changes?: boolean | undefined
  touched?: Touched | undefined
}>

/** How a change is asked for. `insist`: make it although no flavor is left, or flavors do not meet the requirements. */
export type How = Readonly<{ dryRun: boolean; insist: boolean }>

/** A change of rules that can be tried and made. */
export type Change = Readonly<{
  /** Tells two changes apart. */
  key: string
  ask(how: How): Promise<Outcome>
  /** What else the change would do if it is insisted on; undefined if there is nothing to insist on. */
  insist?: string
}>

type Asked = Readonly<{ effect: FlavorEffect; dry_run?: Touched | undefined; warnings?: readonly string[] | undefined }>

const outcomeOf = (id: string, answer: Asked): Outcome => ({
  effects: [{ id, flavors: answer.effect }],
  warnings: answer.warnings,
  changes: answer.dry_run?.changes,
  touched: answer.dry_run,
})

type AskedOfDatastore = Answer<'setDatastoreFlavorPolicy'>

const outcomeOfDatastore = ({ versions, dry_run }: Omit<AskedOfDatastore, 'policy'>): Outcome => ({
  effects: versions.map(({ id, name, effect }) => ({ id, name, flavors: effect })),
  changes: dry_run?.changes,
  touched: dry_run,
})

const queryOf = ({ dryRun }: How) => (dryRun ? ({ dry_run: 'true' } as const) : {})
const leaveNone = 'Make the change even if no flavor is allowed afterwards.'

export type Level = Answer<'showFlavorPolicy'>['policy']['enforcement']
export type Restriction = Answer<'showFlavorPolicy'>['policy']['restriction']

/** The changes of what a version says, each with the call that makes it. */
export const versionChanges = (id: string) => ({
  addFlavors: (flavors: readonly string[]): Change => ({
    key: `add ${JSON.stringify(flavors)}`,
    insist: 'Also add flavors that do not meet the requirements, and even if no flavor is allowed afterwards.',
    ask: async how => {
      const answer = await trove.associateFlavors({
        ...{ path: { id }, query: queryOf(how) },
        body: { flavors: [...flavors], force: how.insist, allow_none: how.insist },
      })
      return answer ? outcomeOf(id, answer) : { effects: [] }
    },
  }),
  removeFlavor: (flavor: string): Change => ({
    key: `remove ${flavor}`,
    ask: async how => {
      const answer = await trove.dissociateFlavor({ path: { id, flavor }, query: queryOf(how) })
      return answer ? outcomeOf(id, answer) : { effects: [] }
    },
  }),
  setPolicy: (body: Readonly<{ restriction?: Restriction; enforcement?: Level; list_level?: Level }>): Change => ({
    key: `policy ${JSON.stringify(body)}`,
    insist: leaveNone,
    ask: async how =>
      outcomeOf(
        id,
        await trove.setFlavorPolicy({ path: { id }, query: queryOf(how), body: { ...body, allow_none: how.insist } }),
      ),
  }),
  addRequirement: (text: string, level: Level | undefined): Change => ({
    key: `require ${text} ${level}`,
    insist: leaveNone,
    ask: async how => {
      const body = { requirements: [text], ...(level ? { level } : {}), allow_none: how.insist }
      return outcomeOf(id, await trove.addFlavorRequirements({ path: { id }, query: queryOf(how), body }))
    },
  }),
  setLevel: (requirement: string, level: Level): Change => ({
    key: `level ${requirement} ${level}`,
    insist: leaveNone,
    ask: async how => {
      const body = { level, allow_none: how.insist }
      return outcomeOf(
        id,
        await trove.setFlavorRequirementLevel({ path: { id, requirement }, query: queryOf(how), body }),
      )
    },
  }),
  deleteRequirement: (requirement: string): Change => ({
    key: `delete ${requirement}`,
    ask: async how =>
      outcomeOf(id, await trove.deleteFlavorRequirement({ path: { id, requirement }, query: queryOf(how) })),
  }),
})

/** The API answers without a body when it has made the change. */
const outcomeOfTypes = (
  id: string,
  answer: Answer<'associateVolumeTypes'> | Answer<'dissociateVolumeType'>,
): Outcome =>
  answer ? { effects: [{ id, volumeTypes: answer.effect }], changes: answer.dry_run?.changes } : { effects: [] }

/** The changes of the volume types of a version. */
export const volumeTypeChanges = (id: string) => ({
  addVolumeType: (type: string): Change => ({
    key: `add type ${type}`,
    ask: async how =>
      outcomeOfTypes(
        id,
        await trove.associateVolumeTypes({ path: { id }, query: queryOf(how), body: { volume_type_ids: [type] } }),
      ),
  }),
  removeVolumeType: (type: string): Change => ({
    key: `remove type ${type}`,
    ask: async how => outcomeOfTypes(id, await trove.dissociateVolumeType({ path: { id, type }, query: queryOf(how) })),
  }),
})

/** The changes of the rules of a datastore. */
export const datastoreChanges = (datastore: string) => ({
  setPolicy: (body: Readonly<{ restriction?: Restriction; list_level?: Level }>): Change => ({
    key: `policy ${JSON.stringify(body)}`,
    insist: leaveNone,
    ask: async how =>
      outcomeOfDatastore(
        await trove.setDatastoreFlavorPolicy({
          ...{ path: { datastore }, query: queryOf(how) },
          body: { ...body, allow_none: how.insist },
        }),
      ),
  }),
  addRequirement: (text: string, level: Level | undefined): Change => ({
    key: `require ${text} ${level}`,
    insist: leaveNone,
    ask: async how => {
      const body = { requirements: [text], ...(level ? { level } : {}), allow_none: how.insist }
      return outcomeOfDatastore(
        await trove.addDatastoreFlavorRequirements({ path: { datastore }, query: queryOf(how), body }),
      )
    },
  }),
  setLevel: (requirement: string, level: Level): Change => ({
    key: `level ${requirement} ${level}`,
    insist: leaveNone,
    ask: async how => {
      const body = { level, allow_none: how.insist }
      const path = { datastore, requirement }
      return outcomeOfDatastore(await trove.setDatastoreFlavorRequirementLevel({ path, query: queryOf(how), body }))
    },
  }),
  deleteRequirement: (requirement: string): Change => ({
    key: `delete ${requirement}`,
    ask: async how => {
      const path = { datastore, requirement }
      return outcomeOfDatastore(await trove.deleteDatastoreFlavorRequirement({ path, query: queryOf(how) }))
    },
  }),
})

/** Takes changes back, all or none. @param eventIds newest first */
export const undoChange = (eventIds: readonly [string, ...string[]]): Change => ({
  key: `undo ${eventIds.join(' ')}`,
  insist: 'Also add flavors again that do not meet the requirements, and even if no flavor is allowed afterwards.',
  ask: async how => {
    const [event, ...also] = eventIds
    const body = { also, force: how.insist, allow_none: how.insist }
    const { effects, warnings, dry_run } = await trove.undoFlavorRuleEvent({
      path: { event },
      query: queryOf(how),
      body,
    })
    return {
      effects: effects.map(({ datastore, version, flavors, volume_types }) => ({
        ...{ id: version.id, name: `${datastore.name} ${version.name}`, flavors, volumeTypes: volume_types },
      })),
      ...{ warnings, changes: dry_run?.changes, touched: dry_run },
    }
  },
})
