export const bad = { name: 'bad', policy: { timeout: 'soon' }, run: () => 1, handle: () => bad }
