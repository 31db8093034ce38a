import { join } from 'node:path'

/** A file of the build, with its path below `/console/`. */
export type OutputFile = Readonly<{ path: string; bytes: Uint8Array }>

/**
 * Builds the console from its sources, in memory. The names of the files change with their contents. Throws an Error if the
 * sources do not compile, or if the build tools are not installed.
 *
 * @param folder `console/` of this repository
 */
export async function buildConsole(folder: string): Promise<readonly OutputFile[]> {
  const { build, stop } = await import('esbuild')
  const outdir = join(folder, 'out')
  try {
    const { outputFiles } = await build({
      entryPoints: { main: join(folder, 'src/main.tsx'), icon: join(folder, 'src/icon.svg') },
      outdir,
      entryNames: 'assets/[name]-[hash]',
      chunkNames: 'assets/part-[hash]',
      loader: { '.svg': 'copy' },
      bundle: true,
      splitting: true,
      format: 'esm',
      jsx: 'automatic',
      target: 'es2024',
      minify: true,
      write: false,
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
    })
    return outputFiles.map(({ path, contents }) => ({ path: path.slice(outdir.length + 1), bytes: contents }))
  } finally {
    // Its process would otherwise stay as long as this one.
    await stop()
  }
}
