  $ ceph osd pool create cram_pool 1
  pool 'cram_pool' created
  $ ceph osd pool application enable cram_pool rados
  enabled application 'rados' on pool 'cram_pool'
  $ rados -p cram_pool put thing /etc/hostname
  $ rados -p cram_pool ls
  thing
  $ rados -p cram_pool get nothing /dev/null
  error getting cram_pool/nothing: (2) No such file or directory
  [1]
  $ ceph osd pool rm cram_pool cram_pool --yes-i-really-really-mean-it
  pool 'cram_pool' removed
