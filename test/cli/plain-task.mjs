// A task by its shape: a module may have been built with another copy of rota.
export const plain = { name: 'plain', policy: {}, run: () => 'done', handle: () => plain }
