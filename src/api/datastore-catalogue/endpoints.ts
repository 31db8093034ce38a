/**
 * The datastore catalogue over HTTP, for administrators without a shell on the server: the same text as the file of
 * `trove-manage catalog_export` and `catalog_apply`. What it changes is planned in
 * `src/operations/datastore-catalogue/`.
 */

import { setImmediate } from 'node:timers/promises'
import { parseDatastoreCatalogue } from '../../datastore-catalogue/parse.ts'
import { printDatastoreCatalogue } from '../../datastore-catalogue/print.ts'
import type { DatastoreCatalogue } from '../../model/datastore-catalogue.ts'
import { fileProblem } from '../../model/file-problem.ts'
import { applyCatalogue, previewCatalogue } from '../../operations/datastore-catalogue/apply-catalogue.ts'
import { exportCatalogue } from '../../operations/datastore-catalogue/export-catalogue.ts'
import { catalogueRefusal } from '../../rules/datastore-catalogue/refusals.ts'
import { isDryRun } from '../dry-run.ts'
import { isTrue } from '../list-query.ts'
import { endpoint } from '../route.ts'
import * as schemas from './schemas.ts'
import { appliedView, changesAnything } from './view.ts'

export const show = endpoint({
  operationId: 'showDatastoreCatalogue',
  summary: 'Exports all datastores, their versions and what these allow, or those of one datastore.',
  query: schemas.showQuery,
  answers: [200, schemas.replies.catalogue],
  run: async ({ ports, query }) => {
    const options = { datastore: query.datastore, byName: isTrue(query.flavor_names) }
    const { datastores, remark } = await exportCatalogue(ports, options)
    let text = ''
    for await (const piece of printDatastoreCatalogue(datastores, remark)) {
      text += piece
      // Other requests run in between.
      await setImmediate()
    }
    return { catalogue: text }
  },
})

export const apply = endpoint({
  operationId: 'applyDatastoreCatalogue',
  summary: 'Changes datastores, versions and what these allow to match a catalogue: all of it or nothing.',
  query: schemas.applyQuery,
  body: schemas.applyBody,
  bodyBytesMax: schemas.catalogueBytesMax,
  answers: [200, schemas.replies.applied],
  run: async ({ ports, actor, query, body: { catalogue: text, check = true, allow_none: allowNone = false } }) => {
    const catalogue = read(text)
    if (!isDryRun(query))
      return appliedView(await applyCatalogue(ports, actor, catalogue, { check, allowNone, progress: () => {} }))
    const plan = await previewCatalogue(ports, catalogue, { check, allowNone })
    return { ...appliedView(plan, { isDryRun: true }), dry_run: { changes: changesAnything(plan) } }
  },
})

function read(text: string): DatastoreCatalogue {
  try {
    return parseDatastoreCatalogue(text)
  } catch (cause) {
    throw catalogueRefusal.catalogue_unreadable({ file: 'in the request', problem: fileProblem(cause) })
  }
}
