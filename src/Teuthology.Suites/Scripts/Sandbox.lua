-- What the scripts of fragments see, and how they reach the data of the job.
local host, object = ...

-- Functions of the host give true and their results, or false and what is wrong: an error must not unwind through the host's frames.
local function checked(ok, ...)
  if ok then return ... end
  error((...), 2)
end

local function from_host(name)
  local call = host[name]
  return function(...) return checked(call(...)) end
end

object.__index = from_host 'index'
object.__newindex = from_host 'assign'
object.__tostring = from_host 'text'
object.__eq = from_host 'equal'
object.__metatable = false

local make = { list = from_host 'list', tuple = from_host 'tuple', dict = from_host 'dict' }
local call_method, attribute, next_item = from_host 'call', from_host 'attribute', from_host 'next'
local add, assign = from_host 'add', from_host 'assign'
local enumerate, iterate, needs_object = from_host 'enumerate', from_host 'iterate', from_host 'object'

-- Python sees the keys of a Lua table when it goes through it.
local function sequence(kind)
  return function(...)
    local source = ...
    if type(source) ~= 'table' then return make[kind](...) end
    local keys = make.list()
    for key in next, source do add(keys, key) end
    return make[kind](keys)
  end
end

local function dictionary(...)
  local source = ...
  if type(source) ~= 'table' then return make.dict(...) end
  local result = make.dict()
  for key, value in next, source do assign(result, key, value) end
  return result
end

local function attributes(target)
  needs_object(target, 'py_attrgetter')
  return setmetatable({}, {
    __index = function(_, name)
      local is_method, value = attribute(target, name)
      if not is_method then return value end
      return function(...) return call_method(target, name, ...) end
    end,
    __metatable = false,
  })
end

local function items(target)
  needs_object(target, 'py_itemgetter')
  return target
end

local function loop(begin, name)
  return function(target)
    needs_object(target, name)
    local state = begin(target)
    return function() return next_item(state) end
  end
end

-- A Python object that can be called and prints as Python prints it.
local function callable(text, call)
  return setmetatable({}, {
    __call = function(_, ...) return call(...) end,
    __tostring = function() return text end,
    __newindex = function() error(text .. ' cannot be changed', 2) end,
    __metatable = false,
  })
end

-- Lua's patterns can take time that grows with a power of the text's length, within one instruction. What could take long is tried in the host first,
-- which counts its steps.
local string_find, string_gsub, try_pattern = string.find, string.gsub, from_host 'try_pattern'
local math_type = math.type

local function is_long(text, pattern)
  local _, quantifiers = string_gsub(pattern, '[*+?%-]', '')
  local _, others = string_gsub(pattern, '%%[b%d]', '')
  local cost = #text + 2
  for _ = 1, quantifiers + others do
    cost = cost * (#text + 2)
    if cost > 1e6 then return true end
  end
  return cost > 1e6
end

local function bounded(name)
  local call = string[name]
  string[name] = function(text, pattern, third, ...)
    if type(text) == 'string' and type(pattern) == 'string' and is_long(text, pattern) then
      local first = name ~= 'gsub' and math_type(third) == 'integer' and third or 1
      local plain = name == 'find' and (...) or not string_find(pattern, '[%^%$%*%+%?%.%(%[%%%-]')
      try_pattern(name, text, pattern, first, plain and true or false)
    end
    return call(text, pattern, third, ...)
  end
end
bounded 'find'
bounded 'match'
bounded 'gmatch'
bounded 'gsub'

local visible = {
  assert = assert, error = error, ipairs = ipairs, math = math, next = next, pairs = pairs,
  string = string, tonumber = tonumber, tostring = tostring,
  py_attrgetter = attributes, py_itemgetter = items,
  py_dict = callable("<class 'dict'>", dictionary), py_list = callable("<class 'list'>", sequence 'list'),
  py_tuple = callable("<class 'tuple'>", sequence 'tuple'), py_len = callable('<built-in function len>', from_host 'len'),
  py_enumerate = loop(enumerate, 'py_enumerate'), py_iterex = loop(iterate, 'py_iterex'),
}
visible.__index = visible

local function silent() end
local log = { debug = silent, info = silent, warning = silent, error = silent }

local yield, create, load, setmetatable, tostring = coroutine.yield, coroutine.create, load, setmetatable, tostring
local sethook, getinfo, time = debug.sethook, debug.getinfo, os.time
local deep_merge, yaml_load = from_host 'deep_merge', from_host 'yaml_load'
local hook_every, most_seconds = 1000, 30

local function watch(steps)
  local ends = time() + most_seconds
  return function()
    steps = steps - hook_every
    if steps <= 0 then error('the script does not come to an end', 2) end
    if time() > ends then error('the script takes more than half a minute', 2) end
  end
end

-- Gives the coroutine that runs the script; or false and what is wrong with its text.
local function prepare(script, name, environment, steps)
  environment.accept = function() yield(true) end
  environment.reject = function() yield(false) end
  environment.deep_merge, environment.yaml_load, environment.log = deep_merge, yaml_load, log
  setmetatable(environment, visible)
  -- The line numbers of the script stay right: nothing but this stands before it, on its first line.
  local chunk, problem = load('local function main() do ' .. script .. '\nend return true end return main()', name, 't', environment)
  if not chunk then return false, 'failure to load script: ' .. problem end
  local thread = create(chunk)
  sethook(thread, watch(steps), '', hook_every)
  return thread
end

-- The text of an error with the line of the script in front, also where Lua did not put one there or named one of this file.
local function explain(thread, name, problem)
  local text = string_gsub(tostring(problem), '^sandbox:%d+: ', '')
  if string_find(text, '^%l+merge:%d+: ') then return text end
  for level = 0, 200 do
    local info = getinfo(thread, level, 'Sl')
    if not info then break end
    if info.source == name and info.currentline > 0 then return name:sub(2) .. ':' .. info.currentline .. ': ' .. text end
  end
  return text
end

return prepare, explain
