import { text } from 'node:stream/consumers'
import type { DatastoreCatalogue } from '../model/datastore-catalogue.ts'
import { fileProblem } from '../model/file-problem.ts'
import { applyCatalogue, previewCatalogue } from '../operations/datastore-catalogue/apply-catalogue.ts'
import { exportCatalogue } from '../operations/datastore-catalogue/export-catalogue.ts'
import type { Progress } from '../operations/datastores/write-rows.ts'
import { catalogueRefusal } from '../rules/datastore-catalogue/refusals.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { catalogueDiff, catalogueSummary, catalogueWarnings } from './catalogue-words.ts'
import type { Command, Context } from './command.ts'

type Run = Command['run']

// What reads and writes the files takes a moment to load, which other commands should not wait for.

export const catalogExport: Run = async (context, { options }) => {
  if (options.schema === true) {
    const { datastoreCatalogueSchemaText } = await import('../datastore-catalogue/schema.ts')
    return [datastoreCatalogueSchemaText().trimEnd()]
  }
  const { catalogue, remark } = await exportCatalogue(await context.ports(), {
    datastore: typeof options.datastore === 'string' ? options.datastore : undefined,
    byName: options.flavorNames === true,
  })
  const { printDatastoreCatalogue } = await import('../datastore-catalogue/print.ts')
  return [printDatastoreCatalogue(catalogue, remark).trimEnd()]
}

export const catalogApply: Run = async (context, { args, options }) => {
  const ports = await context.ports()
  const catalogue = await readCatalogue(args.file!)
  const check = options.check !== false
  const isDryRun = options.dryRun === true
  const plan = isDryRun
    ? await previewCatalogue(ports, catalogue, { check })
    : await applyCatalogue(ports, context.actor, catalogue, { check, progress: progressOn(context) })
  for (const warning of catalogueWarnings(plan)) context.say(`warning: ${warning}`)
  const diff = catalogueDiff(plan)
  return { lines: [...diff, ...catalogueSummary(plan, isDryRun)], isOutOfLine: isDryRun && diff.length > 0 }
}

export async function readCatalogue(file: string): Promise<DatastoreCatalogue> {
  try {
    const read = file === '-' ? await text(process.stdin) : readPlainFile(file, fileBytesMax.datastores)
    const { parseDatastoreCatalogue } = await import('../datastore-catalogue/parse.ts')
    return parseDatastoreCatalogue(read)
  } catch (cause) {
    const shown = file === '-' ? 'on standard input' : file
    throw catalogueRefusal.catalogue_unreadable({ file: shown, problem: fileProblem(cause) })
  }
}

/** Fewer rows are written before anybody wonders. */
const longFrom = 2000

/** A line at the beginning of what takes long, and at each fifth of it. */
function progressOn(context: Context): Progress {
  let told = 0
  return (written, of) => {
    if (of < longFrom) return
    const fifths = Math.floor((written * 5) / of)
    if (written === 0) context.say(`Writing ${of} rows …`)
    else if (fifths > told) context.say(`${written} of ${of} rows are written.`)
    told = fifths
  }
}
