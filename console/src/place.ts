/** Path of the console, with the prefix of a proxy: `/console/`. The scripts are one folder below it. */
export const consolePath: string = new URL('..', import.meta.url).pathname

/** URL of the API for a project. */
export const apiUrlOf = (projectId: string): string =>
  new URL(`../v1.0/${encodeURIComponent(projectId)}`, new URL(consolePath, location.href)).href

type Facts = Readonly<{
  identityUrl: string
  hasDomains: boolean
  isGate: boolean
  /** Id or name of the datastore for requests without one. */
  defaultDatastore: string | null
  /** The largest volume that the server admits. */
  volumeGbMax: number
  /** The size of the largest request with a datastore catalogue. */
  catalogueBytesMax: number
}>

const meta = document.querySelector<HTMLMetaElement>('meta[name="trove-console"]')

/** What the server says about itself on its page. */
export const facts: Facts = JSON.parse(meta?.content ?? '{}')

/** URL of the identity service, at the same origin. */
export const identityUrl: string = new URL(facts.identityUrl, new URL(consolePath, location.href)).href
