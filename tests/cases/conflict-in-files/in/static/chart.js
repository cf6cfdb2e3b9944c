/* a */
<<<<<<< HEAD
1
||||||| merged common ancestors
2
=======
3
>>>>>>> fee-2570
