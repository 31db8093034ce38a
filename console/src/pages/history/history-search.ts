import { textsIn } from '../../search-texts.ts'

/** What the URL says about the changes: which of them are shown. */
export type HistorySearch = Readonly<{ datastore?: string; version?: string; by?: string; since?: string }>

export const readHistorySearch = (raw: Readonly<Record<string, unknown>>): HistorySearch =>
  textsIn(raw, 'datastore', 'version', 'by', 'since')
