-- What docs/editors.md tells users to write, with the server under test.
vim.o.swapfile = false
vim.lsp.config('codeexit', {
  cmd = { vim.env.CODEEXIT, 'lsp' },
  filetypes = { 'python' },
  root_markers = { '.git' },
  on_exit = function(code, signal) vim.g.server_ended = { code = code, signal = signal } end,
})
vim.lsp.enable('codeexit')
vim.lsp.inline_completion.enable(true)
vim.keymap.set('i', '<Tab>', function()
  if not vim.lsp.inline_completion.get() then return '<Tab>' end
end, { expr = true })
