import { textsIn } from '../../search-texts.ts'

/** What the URL says about the waivers: which of them are shown. `all` shows those that are over, too. */
export type WaiversSearch = Readonly<{ datastore?: string; version?: string; project?: string; all?: string }>

export const readWaiversSearch = (raw: Readonly<Record<string, unknown>>): WaiversSearch =>
  textsIn(raw, 'datastore', 'version', 'project', 'all')
