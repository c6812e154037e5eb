/**
 * Addresses within the page, relative so that they hold behind a proxy that adds a path. `base` leads from the page
 * they stand on to the overview: '' or '../'.
 */
export type Base = '' | '../'

export function overviewLink(base: Base, parameters: Readonly<Record<string, string>> = {}): string {
  const query = queryText(parameters)
  return query === '' ? base || './' : `${base}${query}`
}

export function groupLink(
  base: Base,
  cluster: string | null,
  group: string,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const named = { cluster: cluster ?? '', ...parameters }
  // A browser takes these three names out of a path, percent-encoded or not.
  if (group === '' || group === '.' || group === '..') {
    return `${base}group${queryText({ ...named, id: group }) || '?id='}`
  }
  return `${base}groups/${encodeURIComponent(group)}${queryText(named)}`
}

/** Empty values are left out. */
function queryText(parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString()
  return query === '' ? '' : `?${query}`
}
