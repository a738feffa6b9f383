/**
 * What an image leaves to a build upon it (ONBUILD), by its reference: null if the image is used as it is, undefined if
 * nothing is recorded. A reference may be the name of what every object has, such as `constructor`.
 */
export function knownOnbuild(
  onbuild: Readonly<Record<string, string[] | null>> | undefined,
  reference: string,
): string[] | null | undefined {
  return onbuild && Object.hasOwn(onbuild, reference) ? onbuild[reference] : undefined
}
