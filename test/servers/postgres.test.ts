import { expect, it, vi } from 'vitest'
import { urlOrNull } from './postgres.js'

it('gives the address of the server that there is', () => {
  expect(urlOrNull('embedded', { url: 'postgres://there' }, true)).toBe('postgres://there')
})

it('fails under CI where there is none, so that nothing counts as tested that was not', () => {
  expect(() => urlOrNull('debian', { missing: 'not installed' }, true)).toThrow(
    'no PostgreSQL server (debian): not installed',
  )
})

it('lets tests be skipped elsewhere, and says so', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  expect(urlOrNull('debian', { missing: 'not installed' }, false)).toBeNull()
  expect(said).toHaveBeenCalledWith('SKIPPED: no PostgreSQL server (debian): not installed\n')
  said.mockRestore()
})
