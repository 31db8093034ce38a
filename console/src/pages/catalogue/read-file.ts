import { facts } from '../../place.ts'

/** Longer texts make a field slow, so they are compared and applied without one. */
const editableMax = 256 * 1024

export const isEditable = (text: string): boolean => text.length <= editableMax

const inMiB = (bytes: number) => `${(bytes / 1024 / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`

/** The largest file that the API takes, in words. The request around it has some bytes, too. */
export const limitWords = inMiB(facts.catalogueBytesMax)

/** Reads a file, or returns why it cannot be applied. Its size is checked before it is read. */
export async function readFile(file: File): Promise<Readonly<{ text: string } | { problem: string }>> {
  if (file.size > facts.catalogueBytesMax)
    return {
      problem: `The file ${file.name} is ${inMiB(file.size)} large, and the API takes ${limitWords}. Apply it with trove-manage catalog_apply on the server.`,
    }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
    if (!text.includes('\0')) return { text }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  return { problem: `The file ${file.name} is not a text in UTF-8. Choose a YAML file, such as the downloaded one.` }
}
