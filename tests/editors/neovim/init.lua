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
-- The next word only. An item begins with its line's first column, so what is behind the cursor begins at the cursor's column.
vim.keymap.set('i', '<C-Right>', function()
  vim.lsp.inline_completion.get({
    on_accept = function(item)
      local word = item.insert_text:sub(vim.api.nvim_win_get_cursor(0)[2] + 1):match('^%s*%S+') or ''
      vim.api.nvim_put(vim.split(word, '\n'), 'c', false, true)
    end,
  })
end)
