import type { SourceFile } from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'

/** The compiler, used only as a parser: it resolves no imports and checks no types. */
export type Parser = Readonly<{
  parse(texts: readonly string[], extension?: '.ts' | '.tsx'): SourceFile[]
  close(): void
}>

export function openParser(): Parser {
  const folder = '/texts'
  const files = new Map<string, string>()
  const api = new API({
    cwd: folder,
    fs: {
      readFile: path => files.get(path) ?? null,
      fileExists: path => files.has(path),
      directoryExists: path => path === folder,
      getAccessibleEntries: () => ({ files: [], directories: [] }),
      realpath: path => path,
    },
  })
  let count = 0
  return {
    parse(texts, extension = '.ts') {
      const batch = `${folder}/${++count}`
      const names = texts.map((_, index) => `${batch}-${index}${extension}`)
      for (const [index, name] of names.entries()) files.set(name, texts[index]!)
      const config = `${batch}.json`
      files.set(config, JSON.stringify({ files: names, compilerOptions: { noLib: true, noResolve: true, types: [] } }))
      const { program } = api.updateSnapshot({ openProjects: [config] }).getProject(config)!
      const parsed = names.map(name => program.getSourceFile(name)!)
      api.updateSnapshot({ closeProjects: [config] })
      files.clear()
      return parsed
    },
    close: () => api.close(),
  }
}
