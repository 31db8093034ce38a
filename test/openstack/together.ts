/** Like `Promise.all`, but ends when all have ended, so that nothing starts any more when what failed is tidied up. */
export async function together<const Values extends readonly unknown[]>(promises: Values) {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
