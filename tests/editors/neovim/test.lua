-- Drives a second Neovim over its own RPC, as Neovim's own tests do: keys go in, extmarks and the saved file are looked at.
-- usage: nvim -l test.lua NVIM INIT WORK
local nvim, init, work = unpack(_G.arg)
local patience = 30000 -- ms; only ends a test that would hang

local passed, failed = 0, 0
local function check(name, ok, detail)
  if ok then passed = passed + 1 else failed = failed + 1 end
  io.stdout:write(('%s  %s%s\n'):format(ok and 'ok  ' or 'FAIL', name, ok and '' or ': ' .. vim.inspect(detail)))
  io.stdout:flush()
end

local function write(path, text)
  local file = assert(io.open(path, 'wb'))
  file:write(text)
  file:close()
end

local function read(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('a')
  file:close()
  return text
end

vim.fn.mkdir(work .. '/project/.git', 'p')
local path = work .. '/project/sample.py'
local start = 'import os\n\n\ndef read_lines(path):\n    with open(path) as handle:\n        return handle.readlines()\n\n\n'
write(path, start)

local child = vim.fn.jobstart({ nvim, '--embed', '--headless', '--clean', '-u', init, path }, { rpc = true, cwd = work .. '/project' })
assert(child > 0, 'Neovim does not start')
local function lua(code, ...) return vim.rpcrequest(child, 'nvim_exec_lua', code, { ... }) end
local function keys(text) vim.rpcrequest(child, 'nvim_input', text) end
local function wait(what) return vim.wait(patience, what, 20) end

--- The ghost text as the user sees it: what is behind the cursor.
local function ghost()
  return lua([[
    local shown = {}
    local space = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
      local lines = {}
      for _, piece in ipairs(mark[4].virt_text or {}) do lines[1] = (lines[1] or '') .. piece[1] end
      for _, line in ipairs(mark[4].virt_lines or {}) do
        local text = ''
        for _, piece in ipairs(line) do text = text .. piece[1] end
        lines[#lines + 1] = text
      end
      shown[#shown + 1] = table.concat(lines, '\n')
    end
    return table.concat(shown, '|')]])
end

local function buffer() return lua([[return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n') .. '\n']]) end

--- Types as a person does, until a suggestion is there.
local function ghost_after(text)
  for _, character in ipairs(vim.fn.split(text, '\\zs')) do
    keys(character == '\n' and '<CR>' or character == '<' and '<lt>' or character)
    vim.wait(30)
  end
  wait(function() return ghost() ~= '' end)
  return ghost()
end

--- A new line at the end of the file, without the indentation that Neovim gives it.
local function new_line()
  local lines = #vim.split(buffer(), '\n')
  keys("<Esc>:call append('$', '')<CR>Gi")
  assert(wait(function() return #vim.split(buffer(), '\n') > lines and lua('return vim.api.nvim_get_mode().mode .. vim.api.nvim_get_current_line()') == 'i' end), buffer())
end

--- Types, accepts, and holds the buffer against what it has to be.
local function accept(name, text)
  new_line()
  local before = buffer()
  local shown = ghost_after(text)
  check(name .. ': ghost text appears', shown ~= '', { text = text, buffer = buffer() })
  local typed = buffer()
  keys('<Tab>')
  wait(function() return buffer() ~= typed end)
  check(name .. ': Tab inserts what was shown', buffer() == before:sub(1, -2) .. text .. shown .. '\n', { buffer = buffer(), shown = shown })
end

local function status() return lua([[local client = vim.lsp.get_clients({ name = 'codeexit' })[1]
  local reply = client and client:request_sync('codeexit/status', {}, 30000, 0)
  return reply and reply.result or vim.NIL]]) end

local attached = wait(function() return lua([[local client = vim.lsp.get_clients({ name = 'codeexit' })[1]; return client ~= nil and client.initialized == true]]) end)
check('the server answers initialize', attached)
check('positions are UTF-8 bytes, as Neovim asks first', lua([[return vim.lsp.get_clients({ name = 'codeexit' })[1].offset_encoding]]) == 'utf-8')

accept('a header', 'for line in read_lines')

-- Bytes, UTF-16 units and code points before the cursor all differ here.
accept('behind é and 😀', 'name = "é😀"; lines = read_')

-- The next word only: the mapping of docs/editors.md.
new_line()
local line_before = buffer()
local whole = ghost_after('for line in')
local word = whole:match('^%s*%S+')
keys('<C-Right>')
check('the next word is taken', wait(function() return buffer() == line_before:sub(1, -2) .. 'for line in' .. word .. '\n' end), { buffer(), whole })

-- Typed without a pause, each key makes the request before it stale.
new_line()
local before = buffer()
keys('for line in read_lines(path')
wait(function() return ghost() ~= '' end)
local typed, shown = buffer(), ghost()
check('typing without a pause: the text is what was typed', typed == before:sub(1, -2) .. 'for line in read_lines(path\n', typed)
check('typing without a pause: a suggestion for the last key', shown ~= '', typed)
keys('<Esc>')
check('leaving insert mode takes the ghost text away', wait(function() return ghost() == '' end), ghost())
check('leaving insert mode changes nothing', buffer() == typed, buffer())

-- A request is cancelled on its way: the line is left before the answer can be shown.
new_line()
keys('if not os.path.exists')
vim.wait(210) -- the client's own debounce, after which it asks
keys('<Esc>')
check('nothing runs for a request that was cancelled', wait(function() return status().pending == 0 end), status())
check('no ghost text outside insert mode', ghost() == '', ghost())

local expected = buffer()
keys(':w<CR>')
check('the saved file is the buffer', wait(function() return read(path) == expected end), read(path))
check('the file begins as it was', vim.startswith(expected, start), expected)

local counts = status()
-- A suggestion of one word is accepted by its word: the server infers that from the edit.
check('the server heard of every acceptance', counts ~= vim.NIL and counts.suggestions.accepted == 2 + (word == whole and 1 or 0), counts)
check('the server has one document open', counts ~= vim.NIL and counts.openDocuments == 1, counts)
check('no message of an error', lua([[return vim.v.errmsg]]) == '', lua([[return vim.v.errmsg .. vim.fn.execute('messages')]]))

lua([[vim.lsp.get_clients({ name = 'codeexit' })[1]:stop()]])
local ended = wait(function() return lua([[return vim.g.server_ended ~= nil]]) end)
check('shutdown ends the server with 0', ended and lua([[return vim.g.server_ended.code]]) == 0, lua([[return vim.g.server_ended or vim.NIL]]))
local log = lua([[return vim.lsp.log.get_filename()]])
local errors = vim.fn.filereadable(log) == 1 and vim.tbl_filter(function(line) return line:find('[ERROR]', 1, true) and not line:find('"stderr"', 1, true) end, vim.fn.readfile(log)) or {}
check('nothing went wrong in the client\'s log', #errors == 0, errors)

vim.rpcnotify(child, 'nvim_command', 'qa!')
vim.fn.jobwait({ child }, patience)
io.stdout:write(('%d passed, %d failed\n'):format(passed, failed))
io.stdout:flush()
os.exit(failed == 0 and 0 or 1)
