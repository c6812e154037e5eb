/**
 * Carries out the steps of the Dockerfile without a container engine and says what came of them; `--keep` leaves the
 * directories. How the base image is stood in for: image/base-image.ts.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { carryOut, type Image } from './image/carry-out.ts'

const directory = mkdtempSync(join(tmpdir(), 'image-steps-'))
let image: Image | undefined
try {
  image = await carryOut(join(import.meta.dirname, '..'), directory, line => console.log(line))
  console.log(`ENTRYPOINT ${JSON.stringify(image.entrypoint)}`)
  console.log(`HEALTHCHECK ${JSON.stringify(image.healthcheck)}`)
  console.log(`EXPOSE ${image.ports.join(' ')}`)
  console.log(`USER ${image.surroundings.user}`)
  console.log(`WORKDIR ${image.surroundings.directory}`)
  console.log(`ENV ${JSON.stringify(image.surroundings.env)}`)
  const made = image.topLevel.map(name => join(image!.root, name))
  console.log(execFileSync('du', ['-sh', ...made], { encoding: 'utf8' }).trimEnd())
} catch (error) {
  console.error(`image:steps: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  if (process.argv.includes('--keep')) console.log(`kept in ${directory}`)
  else if (image) image.remove()
  else rmSync(directory, { recursive: true, force: true })
}
