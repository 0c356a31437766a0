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

local visible = {
  assert = assert, error = error, ipairs = ipairs, math = math, next = next, pairs = pairs,
  string = string, tonumber = tonumber, tostring = tostring,
  py_attrgetter = attributes, py_itemgetter = items,
  py_dict = dictionary, py_list = sequence 'list', py_tuple = sequence 'tuple', py_len = from_host 'len',
  py_enumerate = loop(enumerate, 'py_enumerate'), py_iterex = loop(iterate, 'py_iterex'),
}
visible.__index = visible

local function silent() end
local log = { debug = silent, info = silent, warning = silent, error = silent }

local yield, create, resume = coroutine.yield, coroutine.create, coroutine.resume
local load, sethook, setmetatable, pack, tostring = load, debug.sethook, setmetatable, table.pack, tostring
local deep_merge, yaml_load = from_host 'deep_merge', from_host 'yaml_load'

-- Gives true, the number of results and the first one; or false and the error.
return function(script, name, environment, steps)
  environment.accept = function() yield(true) end
  environment.reject = function() yield(false) end
  environment.deep_merge, environment.yaml_load, environment.log = deep_merge, yaml_load, log
  setmetatable(environment, visible)
  -- The line numbers of the script stay right: nothing but this stands before it, on its first line.
  local chunk, problem = load('local function main() do ' .. script .. '\nend return true end return main()', name, 't', environment)
  if not chunk then return false, 'failure to load script: ' .. problem end
  local thread = create(chunk)
  sethook(thread, function() error('the script does not come to an end', 2) end, '', steps)
  local results = pack(resume(thread))
  if results[1] then return true, results.n - 1, results[2] end
  return false, tostring(results[2])
end
