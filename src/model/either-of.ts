/** Lists the values of which one is expected: `member, admin or none`. */
export const eitherOf = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(text => text !== '').join(' or ')
