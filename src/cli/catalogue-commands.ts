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
import { isDryRun, isNoneAllowed, moodOf } from './dry-run.ts'

type Run = Command['run']

// The code that reads and writes these files takes time to load, so other commands do not import it.

export const catalogExport: Run = async (context, { options }) => {
  if (options.schema === true) {
    const { datastoreCatalogueSchemaText } = await import('../datastore-catalogue/schema.ts')
    return [datastoreCatalogueSchemaText().trimEnd()]
  }
  const { datastores, remark } = await exportCatalogue(await context.ports(), {
    datastore: typeof options.datastore === 'string' ? options.datastore : undefined,
    byName: options.flavorNames === true,
  })
  const { printDatastoreCatalogue } = await import('../datastore-catalogue/print.ts')
  return { pieces: typedIn(printDatastoreCatalogue(datastores, remark), context), foundAny: () => false }
}

async function* typedIn(pieces: AsyncIterable<string>, { asTyped }: Context): AsyncGenerator<string> {
  for await (const piece of pieces) yield asTyped(piece)
}

export const catalogApply: Run = async (context, input) => {
  const { args, options } = input
  const ports = await context.ports()
  const catalogue = await readCatalogue(args.file!)
  const how = { check: options.check !== false, allowNone: isNoneAllowed(input) }
  const mood = moodOf(input)
  const plan = isDryRun(input)
    ? await previewCatalogue(ports, catalogue, how)
    : await applyCatalogue(ports, context.actor, catalogue, { ...how, progress: progressOn(context) })
  for (const warning of catalogueWarnings(plan, mood)) context.say(`warning: ${warning}`)
  const diff = catalogueDiff(plan, mood)
  return { lines: [...diff, ...catalogueSummary(plan, mood)], hasFindings: isDryRun(input) && diff.length > 0 }
}

export async function readCatalogue(file: string): Promise<DatastoreCatalogue> {
  try {
    const yaml = file === '-' ? await text(process.stdin) : readPlainFile(file, fileBytesMax.datastores)
    const { parseDatastoreCatalogue } = await import('../datastore-catalogue/parse.ts')
    return parseDatastoreCatalogue(yaml)
  } catch (cause) {
    const shown = file === '-' ? 'on standard input' : file
    throw catalogueRefusal.catalogue_unreadable({ file: shown, problem: fileProblem(cause) })
  }
}

/** Fewer rows are written too quickly to need a progress report. */
const reportedRowsMin = 2000

/** Reports the progress of long writes: once at the start and after each fifth of the rows. */
function progressOn(context: Context): Progress {
  let reportedFifths = 0
  return (written, total) => {
    if (total < reportedRowsMin) return
    const fifths = Math.floor((written * 5) / total)
    if (written === 0) context.say(`Writing ${total} rows …`)
    else if (fifths > reportedFifths) context.say(`${written} of ${total} rows written.`)
    reportedFifths = fifths
  }
}
