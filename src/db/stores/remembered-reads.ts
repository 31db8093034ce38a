import type { Stores } from '../../ports/stores.ts'
import { openEqualWork } from '../../turn/equal-work.ts'
import { endTurn } from '../../turn/turn.ts'
import { type Soon, whenKnown } from '../../turn/when-known.ts'

/** Remembered reads of one state of the database. */
type State = {
  readonly stamp: string
  readonly results: Map<string, unknown>
  rowsLeft: number
  /** The reads that began after the stamp was read. Rows of an earlier read could be older than the stamp. */
  readonly share: ReturnType<typeof openEqualWork<unknown>>
}

const rowsMax = 20_000
/** Names of rows are shorter. Clients can ask for any number of longer ones, which do not exist. */
const keyLengthMax = 500

/**
 * Remembers the reads that decisions about flavors are made from, for servers that decide often. A read is used again while
 * the database says that no row has changed. On a database that cannot say that, requests that wait at the same time share
 * a read that begins after they arrived. Transactions always read for themselves, and
 * every change of these rows is made in one.
 */
export function rememberReads(stores: Stores): Stores {
  const { datastores, versions, metadata, rules, waivers } = stores
  const { changeStamp } = stores
  const equalStamps = openEqualWork<string>()
  // Everything that is remembered goes by the same stamps. An answer with a newer stamp than its rows would be stale.
  const sharedStamp = changeStamp && (() => equalStamps('', changeStamp))
  const remember = openMemory(sharedStamp)
  return {
    ...stores,
    changeStamp: sharedStamp && (async () => sharedStamp()),
    datastores: {
      ...datastores,
      list: () => remember('datastores', () => datastores.list()),
      byId: id => remember(`datastore ${id}`, () => datastores.byId(id)),
      byName: name => remember(`datastore named ${name}`, () => datastores.byName(name)),
    },
    versions: {
      ...versions,
      list: datastoreId => remember(`versions ${datastoreId ?? ''}`, () => versions.list(datastoreId)),
      byId: id => remember(`version ${id}`, () => versions.byId(id)),
      byName: (id, name) => remember(`version of ${id} named ${name}`, () => versions.byName(id, name)),
    },
    metadata: {
      ...metadata,
      // Some of the rows of a version are read in several steps, whose order matters.
      brief: (id, filter) =>
        filter.limit === undefined || filter.values
          ? metadata.brief(id, filter)
          : remember(`rows ${id} ${filter.limit} ${filter.keys.join()}`, () => metadata.brief(id, filter)),
    },
    rules: { ...rules, ofVersion: id => remember(`rules ${id}`, () => rules.ofVersion(id)) },
    waivers: {
      ...waivers,
      // Waivers end at the end of a second, so those of another moment of the same second are the same.
      ofSubject(subject) {
        const { versionId, projectId, instanceId, at } = subject
        const key = JSON.stringify([versionId, projectId, instanceId, Math.floor(at.getTime() / 1000)])
        return remember(`waivers ${key}`, () => waivers.ofSubject(subject))
      },
    },
    // A request sees its own changes.
    transaction: work => stores.transaction(work).finally(endTurn),
  }
}

function openMemory(changeStamp: (() => Soon<string>) | undefined) {
  const equalReads = openEqualWork<unknown>()
  let last: State | undefined

  const stateOf = (stamp: string): State => {
    if (last?.stamp !== stamp) last = { stamp, results: new Map(), rowsLeft: rowsMax, share: openEqualWork() }
    return last
  }

  const readAnew = async (state: State | undefined, key: string, read: () => Promise<unknown>): Promise<unknown> => {
    const result = await (state?.share ?? equalReads)(key, read)
    // Several requests get it, so none may change it.
    if (Array.isArray(result)) Object.freeze(result)
    if (state) keep(state, key, result)
    return result
  }

  return async <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const current = changeStamp && whenKnown(changeStamp(), stateOf)
    // The stamp of this turn is often known. Then a promise for it would take longer than all the rest.
    const state = current instanceof Promise ? await current : current
    return (state?.results.has(key) ? state.results.get(key) : await readAnew(state, key, read)) as T
  }
}

function keep(state: State, key: string, result: unknown): void {
  if (key.length > keyLengthMax) return
  state.rowsLeft -= Array.isArray(result) ? result.length + 1 : 1
  if (state.rowsLeft >= 0) state.results.set(key, result)
}
